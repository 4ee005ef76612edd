import { createForageSession } from '@forage-session/core'

import { fastest } from './fastest.ts'

/** The shortest time of one call, and of the same work without the session, measured in the same rounds. */
export interface Timed {
  readonly ours: number
  readonly floor: number
}

/** Times one `getToken` from memory and a hand-written check, in ns. It also runs in a browser. */
export async function cachedGet(): Promise<Timed> {
  const session = createForageSession({
    tokenSource: async () => ({ token: 'sandbox_token', expires_in: 900 }),
    checkoutId: 'checkout',
  })
  const byHand = handWritten(async () => ({ token: 'sandbox_token', expires_in: 900 }))
  await session.getToken()
  await byHand()
  const [ours = NaN, floor = NaN] = await fastest([() => session.getToken(), byHand])
  session.close()
  return { ours, floor }
}

function handWritten(refresh: () => Promise<{ token: string; expires_in: number }>): () => Promise<string> {
  let token: string | undefined
  let expiresAt = 0
  return async () => {
    if (token !== undefined && Date.now() < expiresAt - 30_000) return token
    const answer = await refresh()
    token = answer.token
    expiresAt = Date.now() + answer.expires_in * 1000
    return token
  }
}
