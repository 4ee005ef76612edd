import * as v from 'valibot'

import type { ServerClock } from '../shared/clock.ts'
import { isTimeout, withinTime } from '../shared/deadline.ts'
import type { Emitter } from '../shared/events.ts'
import { bodilessRequest } from './bodiless-request.ts'
import { unavailable, type Problem } from './problem.ts'
import type { TokenRequestBody, TokenRequestReason } from './token-request.ts'

/** Whose token this is. Nothing in it comes from the request's body unless your server has checked it. */
export interface Authorization {
  /** The customer or guest session: who may share an answer. */
  subject: string
  /** The checkout the token is for. Another `checkout_id` in the body is refused with 403. */
  checkoutId: string
  /** The Merchant ID, with or without `mid/`. */
  merchantAccount: string
  /** Default: the first pool. */
  pool?: string
}

/**
 * Says who is asking, from the cookies or the `Authorization` of `request`; `null`: not signed in (401). The
 * request has no body: what was in it is the second argument. Its `signal` aborts after 2 s, or with the client.
 * To make another `Request` of it, `clone()` it.
 */
export type Authorize = (
  request: Request,
  body: { checkoutId: string | undefined; reason: TokenRequestReason },
) => Promise<Authorization | null> | Authorization | null

export interface AuthorizeContext {
  authorize: Authorize
  hasPool: (name: string) => boolean
  emitter: Emitter
  clock: ServerClock
}

const authorizeTimeoutMs = 2000
const text = v.pipe(v.string(), v.nonEmpty())
const authorization = v.object({
  subject: text,
  checkoutId: text,
  merchantAccount: v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/)),
  pool: v.optional(text),
})

/** Runs `authorize` and judges what it says. A failure of it is ours (503), never the customer's (401). */
export async function authorizeRequest(
  context: AuthorizeContext,
  request: Request,
  body: TokenRequestBody,
): Promise<Authorization | Problem> {
  try {
    const answer = await ask(context, request, body)
    return answer === null
      ? { code: 'unauthorized', detail: 'Sign in and try again' }
      : judge(context, answer, body)
  } catch (error) {
    if (request.signal.aborted) return unavailable('The client is gone', 1)
    const name = error instanceof Error ? error.name : typeof error
    const why = isTimeout(error) ? 'timed-out' : 'threw'
    context.emitter.emit({ type: 'authorize-failed', why, error: name })
    return unavailable('It could not be decided who is asking', 1)
  }
}

async function ask(
  { authorize, clock }: AuthorizeContext,
  request: Request,
  body: TokenRequestBody,
): Promise<unknown> {
  const asked = bodilessRequest(request)
  const answer: unknown = authorize(asked.request, { ...body })
  return isThenable(answer)
    ? withinTime(clock, authorizeTimeoutMs, Promise.resolve(answer), asked.abort)
    : answer
}

// Not `instanceof`: a promise may be another library's, or another realm's.
function isThenable(answer: unknown): answer is PromiseLike<unknown> {
  return typeof answer === 'object' && answer !== null && 'then' in answer
}

function judge(context: AuthorizeContext, answer: unknown, body: TokenRequestBody): Authorization | Problem {
  const parsed = v.safeParse(authorization, answer)
  if (!parsed.success || !isKnownPool(context, parsed.output.pool)) {
    context.emitter.emit({ type: 'authorize-failed', why: 'invalid-result' })
    const detail = '`authorize` must return null or { subject, checkoutId, merchantAccount, pool? }'
    return { code: 'not_configured', detail }
  }
  const { pool, ...rest } = parsed.output
  if (body.checkoutId !== undefined && body.checkoutId !== rest.checkoutId) {
    return { code: 'forbidden', detail: 'This checkout is not yours' }
  }
  return pool === undefined ? rest : { ...rest, pool }
}

function isKnownPool({ hasPool }: AuthorizeContext, pool: string | undefined): boolean {
  return pool === undefined || hasPool(pool)
}
