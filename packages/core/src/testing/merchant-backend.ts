import type { SessionClock } from '../session-clock.ts'
import type { TokenRequest, TokenResponse, TokenSource } from '../token-source.ts'

type Answer = string | TokenResponse | Response | Error

export interface MerchantBackend {
  /** Answers with a new token for each request, `latencyMs` after it came. */
  readonly tokenSource: TokenSource
  /** Forage's API as far as a 401 goes: 200 with the last token minted (until `revoke`), 401 with any other. */
  readonly fetch: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>
  readonly requests: { at: number; reason: TokenRequest['reason']; checkoutId: string | undefined }[]
  /** The next answer; a function is asked for every one from now on, and undefined goes back to normal. */
  answer(next: Answer | (() => Answer | Promise<Answer>) | undefined): void
  /** Every token minted until now is refused from now on. */
  revoke(): void
}

/** The merchant's backend and the API behind it, under a virtual clock. */
export function createMerchantBackend(
  clock: SessionClock,
  { lifetimeMs = 900_000, latencyMs = 50 }: { lifetimeMs?: number; latencyMs?: number } = {},
): MerchantBackend {
  const requests: MerchantBackend['requests'] = []
  const minted = new Map<string, number>()
  let next: Answer | (() => Answer | Promise<Answer>) | undefined
  let count = 0

  const mint = (): TokenResponse => {
    count += 1
    const token = `sandbox_token-${count}`
    minted.set(token, clock.monotonic() + lifetimeMs)
    return { token, expires_in: lifetimeMs / 1000 }
  }
  const answerNext = async (): Promise<string | TokenResponse | Response> => {
    const chosen = next
    if (typeof chosen !== 'function') next = undefined
    const answer = typeof chosen === 'function' ? await chosen() : (chosen ?? mint())
    if (answer instanceof Error) throw answer
    return answer
  }
  const isGood = (token: string): boolean => clock.monotonic() < (minted.get(token) ?? -Infinity)

  return {
    requests,
    async tokenSource({ reason, checkoutId, signal }) {
      requests.push({ at: clock.now(), reason, checkoutId })
      await delay(clock, latencyMs, signal)
      return await answerNext()
    },
    async fetch(input, init) {
      const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
      const token = headers.get('Authorization')?.replace(/^Bearer /, '') ?? ''
      return isGood(token) ? Response.json({ ok: true }) : expiredSessionToken()
    },
    answer: (answer) => void (next = answer),
    revoke: () => minted.clear(),
  }
}

/** docs.joinforage.app/reference/errors */
function expiredSessionToken(): Response {
  const source = { resource: 'Session_Token', ref: '' }
  const errors = [{ code: 'expired_session_token', message: 'This token has expired', source }]
  return Response.json({ path: '/api/payment_methods/', errors }, { status: 401 })
}

function delay(clock: SessionClock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clock.clearTimeout(timer)
      reject(signal.reason as Error)
    })
  })
}
