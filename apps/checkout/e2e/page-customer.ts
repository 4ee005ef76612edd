import { expect, type Page } from '@playwright/test'

import type { Customer } from './customer.ts'

export function pageCustomer(page: Page, url: string): Customer {
  const button = (name: string): ReturnType<Page['getByRole']> =>
    page.getByRole('button', { name, exact: false })
  return {
    open: async () => void (await page.goto(url)),
    press: (name) => button(name).click(),
    pressTwice: (name) => button(name).dblclick(),
    type: (into, digits) =>
      page.frameLocator('.secure-box iframe').getByLabel(into).pressSequentially(digits),
    key: (key) => page.keyboard.press(key),
    sees: (text) => expect(page.getByText(text).first()).toBeVisible(),
    evaluate: (expression) => page.evaluate(expression),
  }
}
