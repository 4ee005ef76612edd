import type { TokenResponse } from '../token/token-source.ts'
import type { SessionEvent, SessionState } from './session-state.ts'

/** What one call of `getToken` wants. */
export interface GetTokenOptions {
  /**
   * How long the token must still be good for, in ms. Default: the session's `minValidityMs`.
   * Honoured up to half of a token's lifetime; beyond it the freshest token is returned.
   */
  minValidityMs?: number
  /** The token that the API refused. Another one is returned, and fetched only if none is there yet. */
  rejected?: string
  /** Detaches this caller only: the shared token request goes on for the others. */
  signal?: AbortSignal | undefined
}

/** What one call of `withToken` wants. */
export interface WithTokenOptions {
  /** How long the token must still be good for when `run` starts, in ms. Default: 120 000 (2 minutes). */
  minValidityMs?: number
  /** Whether what `run` threw is about the token. Default: `isSdkRejection`. */
  isRejected?: (error: unknown) => boolean
  /** Run once more with a newer token if it was about the token. Default: false (a PIN is never repeated). */
  replay?: boolean
  /** Ends the wait for a token, and is passed on to `run`. Default: none. */
  signal?: AbortSignal
}

/** What `run` of `withToken` is told beside the token. */
export interface WithTokenContext {
  /** The caller's own; without one, a signal that is never aborted. */
  signal: AbortSignal
  /** 1, or 2 in the replay. */
  attempt: number
}

/** One session token kept usable, and requests that carry it. Every function is bound: it can be passed on. */
export interface ForageSession {
  /** The API's origin of `environment`; undefined without one. */
  readonly apiUrl: string | undefined
  /** The checkout that the token is for: the option's, or the last one of `setCheckout`. */
  readonly checkoutId: string | undefined
  /** A token good for at least `minValidityMs`. Rejects with a `ForageSessionError`, or the signal's reason. */
  readonly getToken: (options?: GetTokenOptions) => Promise<string>
  /** `fetch` that attaches the token, and replays once on a 401 about it. Bound: it can be passed on. */
  readonly fetch: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>
  /** For calls that take a token as an argument, like the Forage SDK's. */
  readonly withToken: <T>(
    run: (token: string, context: WithTokenContext) => Promise<T>,
    options?: WithTokenOptions,
  ) => Promise<T>
  /** A newer token now; the current one serves until then. */
  readonly renew: () => Promise<void>
  /** The state, without a token in it. The same object until it changes. */
  readonly getSnapshot: () => SessionState
  /** Calls `listener` after each change of the snapshot or of `checkoutId`. Returns the function that unsubscribes. */
  readonly subscribe: (listener: () => void) => () => void
  /** Calls `listener` with each event. Returns the function that unsubscribes. */
  readonly on: (listener: (event: SessionEvent) => void) => () => void
  /** Takes a token that came with the page. Ignored if it is not fresher than the current one. */
  readonly prime: (response: string | TokenResponse) => void
  /** Switches to another checkout at once; the same id does nothing. */
  readonly setCheckout: (checkoutId: string | undefined) => void
  /** Signed out: forgets the token, here and in the tabs that share it. */
  readonly clear: () => void
  /** In `failed` only: forgets the failure and starts one token request. */
  readonly retry: () => void
  /** Ends the session: no timer, no request left. Further calls reject with `closed`. */
  readonly close: () => void
}
