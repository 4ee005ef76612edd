import type { ServerClock } from '../shared/clock.ts'
import { withinTime } from '../shared/deadline.ts'

export interface BodyDeadline {
  clock: ServerClock
  /** The time when the body must have arrived, in ms since the epoch. */
  endsAt: number
  /** Aborts the request. */
  onLate: () => void
}

/**
 * Returns the same response with a deadline for its body: a read after it rejects with a `TimeoutError`. There is no timer
 * unless a read waits, so a body that is never read keeps no process alive.
 */
export function withTimedBody(response: Response, { clock, endsAt, onLate }: BodyDeadline): Response {
  const { body, status, statusText, headers, url } = response
  if (!body) return response
  const reader = body.getReader()
  const timed = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const ms = Math.max(0, endsAt - clock.now())
        const { done, value } = await withinTime(clock, ms, reader.read(), onLate)
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
  return Object.defineProperty(new Response(timed, { status, statusText, headers }), 'url', { value: url })
}
