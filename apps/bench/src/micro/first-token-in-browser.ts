import { createForageSession } from '@forage-session/core'

import { median } from '../median.ts'
import type { Timed } from './cached-get.ts'

const rounds = 30

/** Times the first token of a page without other tabs, shared and unshared by turns, in ms. */
async function firstToken(): Promise<Timed> {
  const times = { token: [] as number[], off: [] as number[] }
  for (let round = 0; round < rounds; round += 1) {
    for (const share of ['token', 'off'] as const) times[share].push(await timeOnce(share, round))
  }
  return { ours: median(times.token), floor: median(times.off) }
}

async function timeOnce(share: 'token' | 'off', round: number): Promise<number> {
  const startedAt = performance.now()
  const session = createForageSession({
    tokenSource: '/token',
    environment: 'sandbox',
    checkoutId: `checkout-${round}`,
    share,
  })
  await session.getToken()
  session.close()
  return performance.now() - startedAt
}

Object.assign(globalThis, { firstToken })
