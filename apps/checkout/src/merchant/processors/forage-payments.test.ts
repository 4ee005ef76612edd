import type { ForageServer } from '@forage-session/server'
import { expect, test } from 'vitest'

import { createForagePayments, decimalAmount } from './forage-payments.ts'

/** Never answers; rejects when its caller aborts. */
const silent: Pick<ForageServer, 'fetch'> = {
  fetch: (_, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal!.reason as Error))
    }),
}

test('if Forage does not answer, each call fails at its deadline', async () => {
  const ending = new AbortController()
  const forage = createForagePayments(silent, 'mid/123ab45c67', { deadline: () => ending.signal })
  const refund = { idempotencyKey: 'k', key: 'k', amountCents: 1, reason: '' }
  const calls = [forage.statusOf('p1'), forage.cancel('p1'), forage.refund('p1', refund)]
  ending.abort(new DOMException('Too late', 'TimeoutError'))
  for (const call of calls) await expect(call).rejects.toThrow('Too late')
})

test("Forage's amounts are decimals with two places", () => {
  expect([5, 100, 1234].map(decimalAmount)).toEqual(['0.05', '1.00', '12.34'])
})
