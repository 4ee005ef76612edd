/**
 * Creates a ky client whose requests carry the token.
 *
 * @module @forage-session/core/ky
 */

import ky, { type KyInstance, type Options, type RetryOptions } from 'ky'

import { ownMembers } from './shared/as-record.ts'
import type { ForageSession } from './state/forage-session.ts'

/**
 * Creates a ky client over `session.fetch`. The token is attached and a 401 is replayed below ky: a replay uses up
 * none of ky's retries, works with `retry: 0` and every body, and the request of an `HTTPError` holds no token.
 * ky's `timeout` (default here: 30 s) covers the request, a token request in between, and the replay.
 * `kyOptions.fetch` is ignored; pass your `fetch` to the session instead. Throws a `TypeError` if neither the
 * session nor `kyOptions` has a URL.
 *
 * @example
 * ```ts
 * import { createForageSession } from '@forage-session/core'
 * import { createForageClient } from '@forage-session/core/ky'
 *
 * const session = createForageSession({ tokenSource: '/api/forage/session-token', environment: 'sandbox' })
 * const forage = createForageClient(session)
 * const order = await forage.get('api/orders/b873fe62dc/').json()
 * ```
 */
export function createForageClient(
  session: Pick<ForageSession, 'fetch' | 'apiUrl'>,
  options: Options = {},
): KyInstance {
  const kyOptions = ownMembers(options)
  const prefix = kyOptions.prefix ?? session.apiUrl
  if (prefix === undefined) {
    throw new TypeError('createForageClient needs a URL: give the session an "environment", or ky a "prefix"')
  }
  return ky.create({
    timeout: 30_000,
    ...kyOptions,
    prefix,
    fetch: session.fetch,
    retry: withoutReplays(kyOptions.retry),
  })
}

/** A 401 was already replayed once: a retry by ky would only repeat it, even if one call lists 401 itself. */
function withoutReplays(retry: Options['retry']): RetryOptions {
  const own = typeof retry === 'number' ? { limit: retry } : (retry ?? {})
  return {
    ...own,
    shouldRetry: (state) => (statusOf(state.error) === 401 ? false : own.shouldRetry?.(state)),
  }
}

/** Recognizes an `HTTPError` by its shape: there may be two copies of ky. */
function statusOf(error: Error): number | undefined {
  return (error as { response?: Response }).response?.status
}
