import { expect, type Page } from '@playwright/test'

import type { Customer } from './customer.ts'

export function pageCustomer(page: Page, url: string): Customer {
  const button = (name: string): ReturnType<Page['getByRole']> =>
    page.getByRole('button', { name, exact: false })
  return {
    open: async (path = '') => void (await page.goto(url + path)),
    reload: async () => void (await page.reload()),
    back: async () => void (await page.goBack()),
    press: (name) => button(name).click(),
    pressTwice: (name) => button(name).dblclick(),
    type: (into, digits) =>
      page.frameLocator('.secure-box iframe').getByLabel(into).pressSequentially(digits),
    fill: (label, text) => page.getByLabel(label, { exact: true }).fill(text),
    key: (key) => page.keyboard.press(key),
    sees: (text) => expect(page.getByText(text).first()).toBeVisible(),
    evaluate: (expression) => page.evaluate(expression),
  }
}
