/**
 * A ky client whose requests carry the token.
 *
 * @module @forage-session/core/ky
 */

import ky, { type KyInstance, type Options, type RetryOptions } from 'ky'

import type { ForageSession } from './state/forage-session.ts'

/**
 * A ky over `session.fetch`: the token is attached and a 401 is replayed below ky, so that it spends none of
 * ky's retries, works with `retry: 0` and every body, and an `HTTPError`'s request holds no token.
 * ky's `timeout` (here 30 s) covers the request, a token request in between, and the replay.
 * `kyOptions.fetch` is left aside, since the token goes by the session's: give the session a `fetch` of your own.
 * Throws a `TypeError` when neither the session nor `kyOptions` says where requests go.
 */
export function createForageClient(
  session: Pick<ForageSession, 'fetch' | 'apiUrl'>,
  kyOptions: Options = {},
): KyInstance {
  const prefix = kyOptions.prefix ?? session.apiUrl
  if (prefix === undefined) {
    throw new TypeError(
      'createForageClient needs an address: give the session an "environment", or ky a "prefix"',
    )
  }
  return ky.create({
    timeout: 30_000,
    ...kyOptions,
    prefix,
    fetch: session.fetch,
    retry: withoutReplays(kyOptions.retry),
  })
}

/** A 401 was already replayed once: ky would only multiply it, also where one call names it among its codes. */
function withoutReplays(retry: Options['retry']): RetryOptions {
  const own = typeof retry === 'number' ? { limit: retry } : (retry ?? {})
  return {
    ...own,
    shouldRetry: (state) => (statusOf(state.error) === 401 ? false : own.shouldRetry?.(state)),
  }
}

/** By its shape: there may be two copies of ky. */
function statusOf(error: Error): number | undefined {
  return (error as { response?: Response }).response?.status
}
