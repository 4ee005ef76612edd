import type { ForageServer } from '@forage-session/server'
import { expect, test } from 'vitest'

import { createForagePayments } from './forage-payments.ts'

/** Answers nothing until its caller gives up. */
const silent: Pick<ForageServer, 'fetch'> = {
  fetch: (_, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal!.reason as Error))
    }),
}

test('a Forage that does not answer is not waited for without end', async () => {
  const ending = new AbortController()
  const forage = createForagePayments(silent, 'mid/123ab45c67', { deadline: () => ending.signal })
  const refund = { idempotencyKey: 'k', key: 'k', amountCents: 1, reason: '' }
  const asked = [forage.statusOf('p1'), forage.cancel('p1'), forage.refund('p1', refund)]
  ending.abort(new DOMException('Too late', 'TimeoutError'))
  for (const each of asked) await expect(each).rejects.toThrow('Too late')
})
