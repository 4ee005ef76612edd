import type { ServerClock } from './clock.ts'
import type { Emitter } from './events.ts'
import type { ProblemCode } from './problem.ts'
import type { SessionTokenHandler } from './session-token-handler.ts'

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
