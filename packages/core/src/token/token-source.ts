/** What a token source is asked for. */
export interface TokenRequest {
  /** Why: no token yet, renewed early, run out, or refused by the API. */
  reason: 'first' | 'renewal' | 'expired' | 'rejected'
  /** The checkout that the token is for; undefined without one. */
  checkoutId: string | undefined
  /** 1 for the first request after a success; counts the failures in a row. */
  attempt: number
  /** Aborted when the deadline (`requestTimeoutMs`) is over, the checkout changes, or the session closes. */
  signal: AbortSignal
}

/** RFC 6749 §5.1's names; `token` is Forage's own. */
export interface TokenResponse {
  /** The session token, as Forage gave it. */
  token: string
  /** Seconds left, counted from the moment of the answer. */
  expires_in?: number
}

/** How to get a session token: the merchant's backend answers, never Forage directly. */
export type TokenSource = (request: TokenRequest) => Promise<string | TokenResponse | Response>

/** How the merchant's backend is asked. */
export interface MerchantEndpointOptions {
  /** Sent along, for example an `X-CSRF-Token`. A function is asked before each request. */
  headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>)
  /** Default: `same-origin`. */
  credentials?: RequestCredentials
  /** Default: the platform's. */
  fetch?: (input: string | URL, init: RequestInit) => Promise<Response>
}

/**
 * The token source behind a string: `POST` to the merchant's backend with `{ checkout_id?, reason }`.
 * JSON, so that another origin needs a preflight; `redirect: "manual"`, so that a login page is not taken
 * for an answer.
 */
export function merchantEndpoint(
  url: string | URL,
  { headers, credentials = 'same-origin', fetch: send }: MerchantEndpointOptions = {},
): TokenSource {
  return async ({ checkoutId, reason, signal }) => {
    const own = new Headers(typeof headers === 'function' ? await headers() : headers)
    own.set('Content-Type', 'application/json')
    if (!own.has('Accept')) own.set('Accept', 'application/json')
    return await (send ?? globalThis.fetch)(url, {
      method: 'POST',
      headers: own,
      body: JSON.stringify({ checkout_id: checkoutId, reason }),
      credentials,
      cache: 'no-store',
      redirect: 'manual',
      signal,
    })
  }
}
