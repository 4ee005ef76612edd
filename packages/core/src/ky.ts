import ky, { type KyInstance, type Options } from 'ky'

import type { ForageSession } from './forage-session.ts'

/**
 * A ky over `session.fetch`: the token is attached and a 401 is replayed below ky, so that it spends none of
 * ky's retries, works with `retry: 0` and every body, and an `HTTPError`'s request holds no token.
 * ky's `timeout` (here 30 s) covers the request, a token request in between, and the replay.
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

/** A 401 was already replayed once: ky would only multiply it. */
function withoutReplays(retry: Options['retry']): NonNullable<Options['retry']> {
  if (typeof retry !== 'object') return retry ?? {}
  const { statusCodes } = retry
  return statusCodes ? { ...retry, statusCodes: statusCodes.filter((status) => status !== 401) } : retry
}
