import { expect } from '@playwright/test'

import type { Customer } from './customer.ts'

/** Records every error that the page shows after this call, even if it disappears again. */
export async function watchErrors(customer: Customer): Promise<void> {
  await customer.evaluate(`(() => {
    window.shownErrors = []
    const record = () => {
      for (const alert of document.querySelectorAll('[role=alert]')) window.shownErrors.push(alert.textContent)
    }
    new MutationObserver(record).observe(document.body, { subtree: true, childList: true, characterData: true })
    window.addEventListener('error', (event) => window.shownErrors.push(event.message))
    window.addEventListener('unhandledrejection', (event) => window.shownErrors.push(String(event.reason)))
    record()
    return true
  })()`)
}

/** Expects that the page has shown no error since `watchErrors`. */
export async function expectNoErrors(customer: Customer): Promise<void> {
  expect(await customer.evaluate('window.shownErrors')).toEqual([])
}
