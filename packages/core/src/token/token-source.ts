import { ownMembers } from '../shared/as-record.ts'

/** The request that a token source answers. */
export interface TokenRequest {
  /** Why a token is needed: the first one, early renewal, the last one expired, or the API rejected it. */
  reason: 'first' | 'renewal' | 'expired' | 'rejected'
  /** The checkout that the token is for; undefined without one. */
  checkoutId: string | undefined
  /** 1 for the first request after a success, and one more for each failure in a row. */
  attempt: number
  /** Aborted at the deadline (`requestTimeoutMs`), and if the checkout changes or the session closes. */
  signal: AbortSignal
}

/** A token response. The names are those of RFC 6749 §5.1; `token` is Forage's own. */
export interface TokenResponse {
  /** The session token exactly as Forage issued it. */
  token: string
  /** The seconds left, counted from the response. Default: what the token itself says. */
  expires_in?: number
}

/**
 * A function that gets a session token from the merchant's backend, never from Forage directly. It returns the
 * token, a {@link TokenResponse} or the backend's `Response`. An error that it throws
 * is read like a response if it has a status, as those of HTTP clients do. Callers get a `ForageSessionError` unchanged.
 * Any other error becomes `endpoint_unreachable`.
 *
 * @example
 * ```ts
 * import type { TokenSource } from '@forage-session/core'
 *
 * export const tokenSource: TokenSource = async ({ checkoutId, signal }) =>
 *   fetch(`/api/session-token?checkout=${checkoutId}`, { method: 'POST', signal })
 * ```
 */
export type TokenSource = (request: TokenRequest) => Promise<string | TokenResponse | Response>

/** `HeadersInit`, which is a global name only with the DOM library. */
type HeaderFields = NonNullable<RequestInit['headers']>

/** The options of {@link merchantEndpoint}. */
export interface MerchantEndpointOptions {
  /** Headers to add, for example `X-CSRF-Token`. A function is called before each request. Default: none. */
  headers?: HeaderFields | (() => HeaderFields | Promise<HeaderFields>)
  /** Whether cookies are sent. Default: `same-origin`. */
  credentials?: NonNullable<RequestInit['credentials']>
  /** The `fetch` that sends the request. Default: the global one. */
  fetch?: (input: string | URL, init: RequestInit) => Promise<Response>
}

/**
 * Returns the token source that a URL as `tokenSource` stands for: it sends `POST` with the JSON body
 * `{ checkout_id?, reason }` to the merchant's backend. The content type makes another origin need a preflight;
 * `redirect: "manual"` keeps a login page from being taken for a response.
 *
 * @example
 * ```ts
 * import { createForageSession, merchantEndpoint } from '@forage-session/core'
 *
 * declare const csrfToken: string
 *
 * const session = createForageSession({
 *   tokenSource: merchantEndpoint('/api/forage/session-token', { headers: { 'X-CSRF-Token': csrfToken } }),
 * })
 * ```
 */
export function merchantEndpoint(url: string | URL, options: MerchantEndpointOptions = {}): TokenSource {
  const { headers, credentials = 'same-origin', fetch: send } = ownMembers(options)
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
