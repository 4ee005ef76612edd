import type { TokenResponse } from '../token/token-source.ts'
import type { SessionEvent, SessionState } from './session-state.ts'

/** The options of one `getToken` call. */
export interface GetTokenOptions {
  /**
   * How long the token must stay valid, in ms. Default: the session's `minValidityMs`. It is honored up to half
   * of a token's lifetime; beyond that the newest token is returned.
   */
  minValidityMs?: number
  /** The token that the API rejected. The call gets another one, which is requested unless it is already there. */
  rejected?: string
  /** Detaches this caller only: the shared token request continues for the others. */
  signal?: AbortSignal | undefined
}

/** The options of one `withToken` call. */
export interface WithTokenOptions {
  /** How long the token must stay valid when `run` starts, in ms. Default: 120 000 (2 minutes). */
  minValidityMs?: number
  /** Whether an error that `run` threw is about the token. Default: `isSdkRejection`. */
  isRejected?: (error: unknown) => boolean
  /** Whether `run` is called again with a newer token after such an error. Default: false (no PIN is repeated). */
  replay?: boolean
  /** Ends the wait for a token, and is passed on to `run`. Default: none. */
  signal?: AbortSignal
}

/** The second argument of `withToken`'s `run`. */
export interface WithTokenContext {
  /** The caller's own signal; without one, a signal that is never aborted. */
  signal: AbortSignal
  /** 1, or 2 in the replay. */
  attempt: number
}

/**
 * A session: one session token that stays usable, and requests that carry it. All functions are bound and can be
 * passed on.
 *
 * @example
 * ```ts
 * import type { ForageSession } from '@forage-session/core'
 *
 * export async function readOrder(session: ForageSession, ref: string): Promise<unknown> {
 *   const response = await session.fetch(`${session.apiUrl}/api/orders/${ref}/`)
 *   return await response.json()
 * }
 * ```
 */
export interface ForageSession {
  /** The URL of the environment's API; undefined without `environment`. */
  readonly apiUrl: string | undefined
  /** The checkout that the token is for: the option's, or the last one of `setCheckout`. */
  readonly checkoutId: string | undefined
  /**
   * Returns a token that stays valid for at least `minValidityMs`. Rejects with a `ForageSessionError`, or with
   * the signal's reason.
   */
  readonly getToken: (options?: GetTokenOptions) => Promise<string>
  /**
   * Works like `fetch`, attaches the token, and replays once after a 401 about it. An object that is neither a `URL`
   * nor a `Request` gets no token.
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  /** Calls `run` with a token, for functions that take one as an argument, like those of the Forage SDK. */
  readonly withToken: <T>(
    run: (token: string, context: WithTokenContext) => Promise<T>,
    options?: WithTokenOptions,
  ) => Promise<T>
  /** Requests a newer token now, even after a final failure; the current one serves until then. */
  readonly renew: () => Promise<void>
  /** Returns the state, which never contains a token. It is the same object until it changes. */
  readonly getSnapshot: () => SessionState
  /** Calls `listener` after each change of the snapshot or of `checkoutId`. Returns the function that unsubscribes. */
  readonly subscribe: (listener: () => void) => () => void
  /** Calls `listener` with each event. Returns the function that unsubscribes. */
  readonly on: (listener: (event: SessionEvent) => void) => () => void
  /** Takes a token that came with the page. Ignored unless it lives longer than the current one. */
  readonly prime: (response: string | TokenResponse) => void
  /** Switches to another checkout at once; the same id does nothing. Throws a `TypeError` if the id is invalid. */
  readonly setCheckout: (checkoutId: string | undefined) => void
  /**
   * Forgets the token, here and in the tabs that share it: the customer signed out. End the sign-in on the backend
   * first: a component that needs a token requests another one at once.
   */
  readonly clear: () => void
  /** Forgets the failure and starts one token request. Does nothing unless the session is `failed` or `degraded`. */
  readonly retry: () => void
  /** Ends the session and leaves no timer and no request. Further calls reject with `closed`. */
  readonly close: () => void
}

/** `Symbol.dispose`, if the user's `lib` has `esnext.disposable`. These types compile without it as well. */
type DisposeKey = SymbolConstructor extends { readonly dispose: infer Key extends symbol } ? Key : never

/** Calls `close()` at the end of `using session = …`, in engines with `Symbol.dispose` (not in WebKit). */
export type MaybeDisposable = { readonly [Key in DisposeKey]: () => void }

/** Adds `[Symbol.dispose]` to a session if the engine knows it. */
export function disposable(session: ForageSession): ForageSession & MaybeDisposable {
  const { dispose } = Symbol as { dispose?: symbol }
  if (dispose) Object.defineProperty(session, dispose, { value: session.close })
  return session as ForageSession & MaybeDisposable
}
