import type { ProblemCode } from '../endpoint/problem.ts'
import type { SessionTokenHandler } from '../endpoint/session-token-handler.ts'
import type { ServerClock } from '../shared/clock.ts'
import type { Emitter } from '../shared/events.ts'

/** The same handler, with an event for each answer. */
export function reportedHandler(
  handler: SessionTokenHandler,
  emitter: Emitter,
  clock: ServerClock,
): SessionTokenHandler {
  return async (request) => {
    const startedAt = clock.now()
    const answer = await handler(request)
    const code = await problemCode(answer)
    const durationMs = clock.now() - startedAt
    const { status } = answer
    emitter.emit({ type: 'request-answered', status, durationMs, ...(code === undefined ? {} : { code }) })
    return answer
  }
}

async function problemCode(answer: Response): Promise<ProblemCode | undefined> {
  if (answer.ok || answer.body === null) return undefined
  const problem = (await answer.clone().json()) as { code: ProblemCode }
  return problem.code
}
