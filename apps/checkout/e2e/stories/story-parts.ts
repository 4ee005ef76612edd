import type { TestInfo } from '@playwright/test'

import type { RunningCheckout } from '../../src/checkout-app.ts'
import { total } from '../support/checkout-path.ts'
import type { Customer } from '../support/customer.ts'

export const pay = `Pay ${total} with EBT SNAP`
export const thanks = 'Thank you, your order is paid'

export async function seesReceipt(customer: Customer): Promise<void> {
  await customer.sees(thanks)
  await customer.sees('Paid with EBT SNAP')
  await customer.sees('EBT SNAP balance left')
  await customer.sees('$981.27')
}

/** Attaches the emulator's requests to the test report. They have fingerprints, never tokens. */
export async function attachLog(shop: RunningCheckout, info: TestInfo): Promise<void> {
  const { control } = shop.emulator!.emulator
  const lines = control
    .requests()
    .map(({ method, path, status, fingerprint = '' }) => `${method} ${path} ${status} ${fingerprint}`.trim())
  const body = [JSON.stringify(control.counts()), ...lines].join('\n')
  await info.attach('emulator log', { body, contentType: 'text/plain' })
}
