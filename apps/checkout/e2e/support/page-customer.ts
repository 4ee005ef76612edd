import { expect, type Page } from '@playwright/test'

import type { Customer } from './customer.ts'

/** Returns a customer who uses a page of Playwright. */
export function pageCustomer(page: Page, url: string): Customer {
  const button = (name: string): ReturnType<Page['getByRole']> =>
    page.getByRole('button', { name, exact: false })
  return {
    open: async (path = '') => void (await page.goto(url + path)),
    reload: async () => void (await page.reload()),
    // `page.goBack()` would wait in Firefox for a load event that a single-page app does not have.
    back: async () => void (await page.evaluate('history.back()')),
    press: (name) => button(name).click(),
    pressTwice: (name) => button(name).dblclick(),
    type: (into, digits) =>
      page.frameLocator('.secure-box iframe').getByLabel(into).pressSequentially(digits),
    async fill(label, text) {
      const field = page.getByLabel(label, { exact: true })
      await field.press('ControlOrMeta+a')
      await field.pressSequentially(text)
    },
    key: (key) => page.keyboard.press(key),
    sees: (text) => expect(page.getByText(text).first()).toBeVisible(),
    async inAnotherTab(path) {
      const other = pageCustomer(await page.context().newPage(), url)
      await other.open(path)
      return other
    },
    comesBack: () => page.bringToFront(),
    evaluate: (expression) => page.evaluate(expression),
  }
}
