import { expect } from '@playwright/test'

import type { Customer } from './customer.ts'

/** Remembers every error that the page shows from now on, also one that is gone again. */
export async function watchErrors(customer: Customer): Promise<void> {
  await customer.evaluate(`(() => {
    window.shownErrors = []
    const look = () => {
      for (const alert of document.querySelectorAll('[role=alert]')) window.shownErrors.push(alert.textContent)
    }
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
    window.addEventListener('error', (event) => window.shownErrors.push(event.message))
    window.addEventListener('unhandledrejection', (event) => window.shownErrors.push(String(event.reason)))
    look()
    return true
  })()`)
}

export async function expectNoErrors(customer: Customer): Promise<void> {
  expect(await customer.evaluate('window.shownErrors')).toEqual([])
}
