import { wholeSeconds } from '../endpoint/problem.ts'
import type { ServerClock } from '../shared/clock.ts'
import { isForageServerError } from '../shared/errors.ts'
import type { UpstreamLimit } from './upstream-limit.ts'

/**
 * `fetch` for the token endpoints. Where the budget is used up it answers as Forage itself would, 429 and how long
 * to wait: nothing was sent, so no token can have been lost.
 */
export function budgetedFetch(
  fetch: typeof globalThis.fetch,
  limit: UpstreamLimit,
  clock: ServerClock,
): typeof globalThis.fetch {
  return async (input, init) => {
    try {
      await limit.enter('session-token', init?.signal ?? undefined)
    } catch (error) {
      if (!isForageServerError(error)) throw error
      const retryAfter = String(wholeSeconds((error.retryAt ?? clock.now()) - clock.now()))
      return Response.json(
        { error: 'upstream_limit' },
        { status: 429, headers: { 'retry-after': retryAfter } },
      )
    }
    return fetch(input, init)
  }
}
