import { createForageSession, type TokenResponse } from '@forage-session/core'

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
  /** The time of the same requests through a hand-written wrapper, in ms. */
  readonly wrapperMs: number
  /** The time of the same 401s and valid answers without any token management, in ms. It is the cost of the stub. */
  readonly bareMs: number
  readonly tokenRequests: number
  readonly failures: number
}

/** Sends 10 000 concurrent requests with a rejected token through the session, and through the wrapper. */
export async function storm(refusal: () => Response): Promise<Storm> {
  let worst = { tokenRequests: 0, failures: 0 }
  let [wrapperMs, rejectedMs, bareMs] = [Infinity, Infinity, Infinity]
  for (let round = 0; round < rounds; round += 1) {
    const wrapped = apiOf(refusal)
    const send = wrapperOf(wrapped.fetch, wrapped.mint)
    await send(address)
    wrapped.revoke()
    wrapperMs = Math.min(wrapperMs, (await burst(() => send(address))).ms)
    const bare = apiOf(refusal)
    const token = bare.mint()
    const sendTwice = async (): Promise<Response> => {
      await bare.fetch(address, { headers: { Authorization: 'Bearer another' } })
      return await bare.fetch(address, { headers: { Authorization: `Bearer ${token}` } })
    }
    bareMs = Math.min(bareMs, (await burst(sendTwice)).ms)
    const { ms, tokenRequests, failures } = await sessionStorm(refusal)
    rejectedMs = Math.min(rejectedMs, ms)
    worst = {
      tokenRequests: Math.max(worst.tokenRequests, tokenRequests),
      failures: Math.max(worst.failures, failures),
    }
  }
  return { wrapperMs, bareMs, rejectedMs, ...worst }
}

async function sessionStorm(
  refusal: () => Response,
): Promise<{ ms: number; tokenRequests: number; failures: number }> {
  const { fetch, mint, revoke, counts } = apiOf(refusal)
  const tokenSource = async (): Promise<TokenResponse> => ({ token: mint(), expires_in: 900 })
  const session = createForageSession({ tokenSource, environment: { apiUrl }, fetch })
  await session.getToken()
  revoke()
  counts.tokens = 0
  const result = await burst(() => session.fetch(address))
  session.close()
  return { ...result, tokenRequests: counts.tokens }
}

interface Api {
  readonly fetch: (input: unknown, init?: RequestInit) => Promise<Response>
  readonly mint: () => string
  readonly revoke: () => void
  readonly counts: { tokens: number }
}

/** Returns an API that accepts its last token only. */
function apiOf(refusal: () => Response): Api {
  const counts = { tokens: 0 }
  let good = ''
  return {
    counts,
    async fetch(_, init) {
      const token = new Headers(init?.headers).get('Authorization')
      return token === `Bearer ${good}` ? Response.json({ ok: true }) : refusal()
    },
    mint() {
      counts.tokens += 1
      good = `sandbox_token-${Math.random()}`
      return good
    },
    revoke: () => void (good = ''),
  }
}

/** The wrapper that an application writes by hand: one shared token request, compare, replay once. */
function wrapperOf(fetch: Api['fetch'], mint: Api['mint']): (url: string) => Promise<Response> {
  let token: string | undefined
  let request: Promise<string> | undefined
  const getToken = async (rejected?: string): Promise<string> => {
    if (token !== undefined && token !== rejected) return token
    request ??= Promise.resolve()
      .then(mint)
      .finally(() => (request = undefined))
    token = await request
    return token
  }
  return async (url) => {
    const used = await getToken()
    const response = await fetch(url, { headers: { Authorization: `Bearer ${used}` } })
    if (response.status !== 401) return response
    return await fetch(url, { headers: { Authorization: `Bearer ${await getToken(used)}` } })
  }
}

async function burst(send: () => Promise<Response>): Promise<{ ms: number; failures: number }> {
  const startedAt = performance.now()
  const answers = await Promise.allSettled(Array.from({ length: requests }, send))
  const failures = answers.filter((answer) => answer.status === 'rejected' || !answer.value.ok).length
  return { ms: performance.now() - startedAt, failures }
}
