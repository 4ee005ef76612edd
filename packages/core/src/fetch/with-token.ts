import { throwIfAborted } from '../shared/abort.ts'
import { ownMembers } from '../shared/as-record.ts'
import { guarded } from '../shared/report.ts'
import type { SessionClock } from '../shared/session-clock.ts'
import { within } from '../shared/within.ts'
import type { ForageSession, GetTokenOptions } from '../state/forage-session.ts'
import { isSdkRejection } from './rejection.ts'

/**
 * Creates `withToken`, for functions that take a token as an argument, like those of the Forage SDK. By default
 * the token stays valid for two minutes, so that a step of several requests does not expire midway. `epoch`
 * returns a signal that is aborted when the checkout changes or the session closes.
 */
export function createWithToken(
  getToken: (options: GetTokenOptions) => Promise<string>,
  epoch: () => AbortSignal,
  clock: SessionClock,
): ForageSession['withToken'] {
  return async function withToken(run, options) {
    const own = ownMembers(options)
    const { minValidityMs = 120_000, isRejected = isSdkRejection } = own
    const signal = own.signal ?? new AbortController().signal
    const since = epoch()
    const token = await getToken({ minValidityMs, signal })
    throwIfAborted(since)
    try {
      return await run(token, { signal, attempt: 1 })
    } catch (error) {
      if (
        since.aborted ||
        !(await within(
          clock,
          guarded(() => isRejected(error)),
        ))
      )
        throw error
      const renewed = getToken({ minValidityMs, rejected: token, signal })
      // Without a replay the newer token is not awaited: it is there for the next try.
      const newer = renewed.catch(() => undefined)
      const next = own.replay === true ? await newer : undefined
      throwIfAborted(signal)
      if (!next || since.aborted) throw error
      return await run(next, { signal, attempt: 2 })
    }
  }
}
