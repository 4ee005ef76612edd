import { createForageSession, type ForageSession } from '@forage-session/core'

import { apiUrl } from '../world/world.ts'

/** Returns a 401 with a JSON error, as docs.joinforage.app/reference/errors describes it. */
export const forageRefusal = (): Response =>
  Response.json({ errors: [{ code: 'expired_session_token' }] }, { status: 401 })
/** Returns a 401 without a body, so that the storm shows only the cost of the replay. */
export const emptyRefusal = (): Response => new Response(null, { status: 401 })

const address = `${apiUrl}/api/payments/`
const requests = 10_000
const rounds = 7

export interface Storm {
  /** The time of all rejected requests, in ms. */
  readonly rejectedMs: number
  /** The time of as many requests with a valid token, in ms. */
  readonly goodMs: number
  /** The time of the same 401s and valid answers without a session, in ms. It is the cost of the stub. */
  readonly bareMs: number
  readonly tokenRequests: number
  readonly failures: number
}

/** Sends 10 000 concurrent requests with a rejected token, and as many with a valid one. */
export async function storm(refusal: () => Response): Promise<Storm> {
  let worst = { tokenRequests: 0, failures: 0 }
  let [goodMs, rejectedMs, bareMs] = [Infinity, Infinity, Infinity]
  for (let round = 0; round < rounds; round += 1) {
    const { session, fetch, revoke, counts } = api(refusal)
    const token = await session.getToken()
    const send = (): Promise<Response> => session.fetch(address)
    const sendTwice = async (): Promise<Response> => {
      await fetch(address, { headers: { Authorization: 'Bearer another' } })
      return await fetch(address, { headers: { Authorization: `Bearer ${token}` } })
    }
    goodMs = Math.min(goodMs, (await burst(send)).ms)
    bareMs = Math.min(bareMs, (await burst(sendTwice)).ms)
    revoke()
    counts.token = 0
    const { ms, failures } = await burst(send)
    rejectedMs = Math.min(rejectedMs, ms)
    worst = {
      tokenRequests: Math.max(worst.tokenRequests, counts.token),
      failures: Math.max(worst.failures, failures),
    }
    session.close()
  }
  return { goodMs, bareMs, rejectedMs, ...worst }
}

function api(refusal: () => Response): {
  session: ForageSession
  fetch: (input: unknown, init?: RequestInit) => Promise<Response>
  revoke: () => void
  counts: { token: number }
} {
  const counts = { token: 0 }
  let good = ''
  const fetch = async (_: unknown, init?: RequestInit): Promise<Response> => {
    const token = new Headers(init?.headers).get('Authorization')
    return token === `Bearer ${good}` ? Response.json({ ok: true }) : refusal()
  }
  const session = createForageSession({
    async tokenSource() {
      counts.token += 1
      good = `sandbox_token-${Math.random()}`
      return { token: good, expires_in: 900 }
    },
    environment: { apiUrl },
    fetch,
  })
  return { session, fetch, counts, revoke: () => void (good = '') }
}

async function burst(send: () => Promise<Response>): Promise<{ ms: number; failures: number }> {
  const startedAt = performance.now()
  const answers = await Promise.allSettled(Array.from({ length: requests }, send))
  const failures = answers.filter((answer) => answer.status === 'rejected' || !answer.value.ok).length
  return { ms: performance.now() - startedAt, failures }
}
