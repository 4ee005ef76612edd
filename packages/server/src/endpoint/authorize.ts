import * as v from 'valibot'

import type { ServerClock } from '../shared/clock.ts'
import { isTimeout } from '../shared/deadline.ts'
import type { Emitter } from '../shared/events.ts'
import { answerWithin, errorName } from '../shared/foreign-code.ts'
import { platformOf } from '../shared/platform-request.ts'
import { bodilessRequest } from './bodiless-request.ts'
import { unavailable, type Problem } from './problem.ts'
import type { TokenRequestBody, TokenRequestReason } from './token-request.ts'

/** The customer, the checkout and the merchant of a token request, as your server decides them. */
export interface Authorization {
  /** The customer or the guest session. Requests with the same subject and checkout may share a token. */
  subject: string
  /** The checkout that the token is for. If the body names another `checkout_id`, the request is refused with 403. */
  checkoutId: string
  /** The Merchant ID, with or without `mid/`. */
  merchantAccount: string
  /** The name of the pool. Default: the first pool. */
  pool?: string
}

/** What `authorize` is asked about, and by whom. */
export interface AuthorizeDetails {
  /** The checkout that the page names, if it names one. The page may lie. */
  checkoutId: string | undefined
  /** Why the page requests a token. */
  reason: TokenRequestReason
  /**
   * The adapter's own request, on which middleware puts sessions and users: the request of Express, of Fastify, of Next.js
   * or of `node:http`, or the context of Hono. Undefined without an adapter.
   */
  platform: unknown
}

/**
 * Identifies the customer by the cookies or the `Authorization` of `request`, and returns `null` (401) if no customer
 * is signed in. The request has no body: its content is in the second argument. Its `signal` aborts after
 * `authorizeTimeoutMs`, or if the client disconnects. To make another `Request` of it, `clone()` it.
 *
 * @example
 * ```ts
 * import type { Authorize } from '@forage-session/server'
 *
 * declare function customerOf(cookie: string | null): Promise<{ id: string; cartId: string } | undefined>
 *
 * const authorize: Authorize = async (request) => {
 *   const customer = await customerOf(request.headers.get('cookie'))
 *   if (!customer) return null
 *   return { subject: customer.id, checkoutId: customer.cartId, merchantAccount: 'mid/123ab45c67' }
 * }
 * ```
 */
export type Authorize = (
  request: Request,
  details: AuthorizeDetails,
) => Promise<Authorization | null> | Authorization | null

export interface AuthorizeContext {
  authorize: Authorize
  authorizeTimeoutMs: number
  hasPool: (name: string) => boolean
  emitter: Emitter
  clock: ServerClock
}

const text = v.pipe(v.string(), v.nonEmpty())
const authorization = v.object({
  subject: text,
  checkoutId: text,
  merchantAccount: v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/)),
  pool: v.optional(text),
})

/** Runs `authorize` and checks its result. If it fails, the fault is the server's (503), never the customer's (401). */
export async function authorizeRequest(
  context: AuthorizeContext,
  request: Request,
  body: TokenRequestBody,
): Promise<Authorization | Problem> {
  try {
    const answer = await callAuthorize(context, request, body)
    return answer === null
      ? { code: 'unauthorized', detail: 'Sign in and try again' }
      : checkAnswer(context, answer, body)
  } catch (error) {
    if (request.signal.aborted) return unavailable('The client disconnected', 1)
    const why = isTimeout(error) ? 'timed-out' : 'threw'
    context.emitter.emit({ type: 'authorize-failed', why, error: errorName(error) })
    return unavailable('This server could not identify the customer', 1)
  }
}

function callAuthorize(
  { authorize, authorizeTimeoutMs, clock }: AuthorizeContext,
  request: Request,
  body: TokenRequestBody,
): unknown {
  const bodiless = bodilessRequest(request)
  const details = { ...body, platform: platformOf(request) }
  const call = (): unknown => authorize(bodiless.request, details)
  return answerWithin(clock, authorizeTimeoutMs, call, bodiless.abort)
}

function checkAnswer(
  context: AuthorizeContext,
  answer: unknown,
  body: TokenRequestBody,
): Authorization | Problem {
  const parsed = v.safeParse(authorization, answer)
  if (!parsed.success || !isKnownPool(context, parsed.output.pool)) {
    context.emitter.emit({ type: 'authorize-failed', why: 'invalid-result' })
    const wrong = parsed.success ? 'pool' : parsed.issues[0].path?.[0].key
    return { code: 'not_configured', detail: invalidResult(wrong) }
  }
  const { pool, ...rest } = parsed.output
  if (body.checkoutId !== undefined && body.checkoutId !== rest.checkoutId) {
    return { code: 'forbidden', detail: 'This checkout is not yours' }
  }
  return pool === undefined ? rest : { ...rest, pool }
}

/** Names the member that is wrong, but not its value: the detail reaches the browser. */
function invalidResult(member: unknown): string {
  const shape = '`authorize` must return null or { subject, checkoutId, merchantAccount, pool? }'
  const required = requirements.get(member)
  return required === undefined ? shape : `${shape}: \`${String(member)}\` has to be ${required}`
}

const requirements = new Map<unknown, string>([
  ['subject', 'a text that is not empty'],
  ['checkoutId', 'a text that is not empty'],
  ['merchantAccount', 'a text without spaces'],
  ['pool', 'the name of a pool'],
])

function isKnownPool({ hasPool }: AuthorizeContext, pool: string | undefined): boolean {
  return pool === undefined || hasPool(pool)
}
