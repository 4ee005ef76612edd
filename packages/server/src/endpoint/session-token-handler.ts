import type { SessionToken } from '../calls/session-token-mint.ts'
import type { ServerClock } from '../shared/clock.ts'
import type { Emitter } from '../shared/events.ts'
import { preflight, problemAnswer, toResponse, type Answer } from './answer.ts'
import { authorizeRequest, type AuthorizeContext } from './authorize.ts'
import { isBrowser, refuseSender, senderOf, type Sender } from './channel.ts'
import { checkHandlerOptions, type SessionTokenHandlerOptions } from './handler-options.ts'
import { createKeptTokens, type KeptTokens, type TokenMint } from './kept-tokens.ts'
import { createRequestLimits, type RequestLimits } from './limits/request-limits.ts'
import { problemOf, type Problem } from './problem.ts'
import { readTokenRequest } from './token-request.ts'

/** The endpoint that the browser calls. It never rejects: an error is an answer, a problem document (RFC 9457). */
export type SessionTokenHandler = (request: Request) => Promise<Response>

export interface HandlerDependencies extends TokenMint {
  hasPool: (name: string) => boolean
  emitter: Emitter
  clock: ServerClock
}

interface Context extends AuthorizeContext {
  options: SessionTokenHandlerOptions
  limits: RequestLimits
  tokens: KeptTokens
}

/** Throws `TypeError` with the name of the option that is wrong. Each answer is an event. */
export function createSessionTokenHandler(
  dependencies: HandlerDependencies,
  options: SessionTokenHandlerOptions,
): SessionTokenHandler {
  const { authorize, authorizeTimeoutMs } = checkHandlerOptions(options)
  const { clock, emitter, hasPool } = dependencies
  const limits = createRequestLimits(options, dependencies)
  const tokens = createKeptTokens(dependencies, clock)
  const context: Context = {
    options,
    authorize,
    authorizeTimeoutMs,
    hasPool,
    limits,
    tokens,
    emitter,
    clock,
  }
  return async (request) => {
    const startedAt = clock.now()
    const sender = await senderOf(options, request, context)
    const answer = await answerTo(request, sender, context).catch((error: unknown) =>
      problemAnswer(problemOf(error, clock.now())),
    )
    const { status, code } = answer
    const durationMs = clock.now() - startedAt
    emitter.emit({ type: 'request-answered', status, durationMs, ...(code === undefined ? {} : { code }) })
    return toResponse(answer, request, sender, clock.now())
  }
}

/**
 * The steps of the endpoint, in their order. Each one refuses the request or passes it on. Cheap refusals come first,
 * so that `authorize` runs only for a request that may be a customer's.
 */
async function answerTo(request: Request, sender: Sender, context: Context): Promise<Answer> {
  const { options, limits, tokens, clock } = context
  if (request.method === 'OPTIONS' && isBrowser(options)) return preflight(sender, request)
  if (request.method !== 'POST') return wrongMethod(options)
  const refused =
    (await limits.refuseAddress(request)) ??
    refuseSender(options, request, sender) ??
    refuseMediaType(request)
  if (refused) return problemAnswer(refused)
  const body = await readTokenRequest(request, clock)
  if ('code' in body) return problemAnswer(body)
  const authorization = await authorizeRequest(context, request, body)
  if ('code' in authorization) return problemAnswer(authorization)
  const limited = await limits.refuseCustomer(authorization)
  if (limited) return problemAnswer(limited)
  return tokenAnswer(await tokens(authorization, body), clock.now())
}

function wrongMethod(options: SessionTokenHandlerOptions): Answer {
  const answer = problemAnswer({ code: 'method_not_allowed', detail: 'Send a POST' })
  const allow = isBrowser(options) ? 'POST, OPTIONS' : 'POST'
  return { ...answer, headers: { ...answer.headers, allow } }
}

/** A page of another origin needs a preflight to send JSON, and a form cannot send it. */
function refuseMediaType({ headers }: Request): Problem | undefined {
  const mediaType = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (mediaType === 'application/json') return undefined
  return { code: 'unsupported_media_type', detail: 'Send Content-Type: application/json' }
}

function tokenAnswer({ token, expiresAt }: SessionToken, now: number): Answer {
  const expires_in = Math.max(0, Math.floor((expiresAt - now) / 1000))
  const headers = { 'content-type': 'application/json' }
  return { status: 200, headers, body: JSON.stringify({ token, expires_in }) }
}
