/** What a token source is asked for. */
export interface TokenRequest {
  /** Why: no token yet, renewed early, run out, or refused by the API. */
  reason: 'first' | 'renewal' | 'expired' | 'rejected'
  checkoutId: string | undefined
  /** 1 for the first request after a success; counts the failures in a row. */
  attempt: number
  /** Aborted when the deadline (`requestTimeoutMs`) is over, the checkout changes, or the session closes. */
  signal: AbortSignal
}

/** RFC 6749 §5.1's names; `token` is Forage's own. */
export interface TokenResponse {
  token: string
  /** Seconds left, counted from the moment of the answer. */
  expires_in?: number
}

/** How to get a session token: the merchant's backend answers, never Forage directly. */
export type TokenSource = (request: TokenRequest) => Promise<string | TokenResponse | Response>
