import { preflight, withAnswerHeaders } from './answer-headers.ts'
import { authorizeRequest, type Authorization, type Authorize } from './authorize.ts'
import { BodyTooLargeError, readBounded } from './bounded-body.ts'
import { isBrowser, refuseSender, type ChannelOptions } from './channel.ts'
import type { ServerClock } from './clock.ts'
import { createCoalescer, type Coalescer } from './coalesce.ts'
import type { Emitter } from './events.ts'
import { problemOf, problemResponse, type Problem } from './problem.ts'
import { received } from './received.ts'
import type { SessionToken } from './session-token-mint.ts'
import { parseTokenRequest, type TokenRequestBody } from './token-request.ts'

export interface SessionTokenHandlerOptions extends ChannelOptions {
  /** Who is asking, and for which checkout and merchant: decided on the server. Required; at most 2 s. */
  authorize: Authorize
}

export type SessionTokenHandler = (request: Request) => Promise<Response>

export interface HandlerDependencies {
  mint: (authorization: Authorization) => Promise<SessionToken>
  hasPool: (name: string) => boolean
  /** Grows when what was minted from this pool is dead. */
  invalidations: (pool: string | undefined) => number
  emitter: Emitter
  clock: ServerClock
}

interface KeptToken extends SessionToken {
  pool: string | undefined
  invalidations: number
}

const maxBodyBytes = 8 * 1024
const keepMs = 10_000

/** The endpoint the browser calls. Never rejects: a failure is a problem document (RFC 9457). */
export function createSessionTokenHandler(
  dependencies: HandlerDependencies,
  options: SessionTokenHandlerOptions,
): SessionTokenHandler {
  assertHandlerOptions(options)
  const { clock, invalidations } = dependencies
  const kept = createCoalescer<KeptToken>({
    keepMs,
    now: () => clock.now(),
    isGood: (token) => token.invalidations === invalidations(token.pool) && token.expiresAt > clock.now(),
  })
  return async (request) => {
    const answer = await respond({ ...dependencies, ...options, kept }, request).catch((error: unknown) =>
      problemResponse(problemOf(error, clock.now())),
    )
    return withAnswerHeaders(answer, options, request, clock.now())
  }
}

type Context = HandlerDependencies & SessionTokenHandlerOptions & { kept: Coalescer<KeptToken> }

async function respond(context: Context, request: Request): Promise<Response> {
  if (request.method === 'OPTIONS' && isBrowser(context)) return preflight(context, request)
  const refused = refuse(context, request)
  if (refused) return problemResponse(refused)
  const body = await readBody(request)
  if ('code' in body) return problemResponse(body)
  const authorization = await authorizeRequest(context, request, body)
  if ('code' in authorization) return problemResponse(authorization)
  const { token, expiresAt } = await coalescedMint(context, authorization, body)
  const expires_in = Math.max(0, Math.floor((expiresAt - context.clock.now()) / 1000))
  return Response.json({ token, expires_in })
}

// A double mount or a double click costs one token. After a refusal by the API a kept one would be the refused one.
function coalescedMint(
  context: Context,
  authorization: Authorization,
  body: TokenRequestBody,
): Promise<KeptToken> {
  const { subject, checkoutId, merchantAccount, pool } = authorization
  const key = JSON.stringify([subject, checkoutId, merchantAccount, pool ?? null])
  return context.kept.run(key, body.reason === 'rejected', async () => {
    const invalidations = context.invalidations(pool)
    return { ...(await context.mint(authorization)), pool, invalidations }
  })
}

/** Everything that can be refused before the body is read. */
function refuse(options: SessionTokenHandlerOptions, request: Request): Problem | undefined {
  if (request.method !== 'POST') return { code: 'method_not_allowed', detail: 'Send a POST' }
  const refused = refuseSender(options, request)
  if (refused) return refused
  // Makes a page of another origin ask first (a preflight); a form cannot send it.
  if (mediaType(request.headers) === 'application/json') return undefined
  return { code: 'unsupported_media_type', detail: 'Send Content-Type: application/json' }
}

const bodyAlreadyRead: Problem = {
  code: 'not_configured',
  detail: 'The body was read before this handler got it',
}

async function readBody(request: Request): Promise<TokenRequestBody | Problem> {
  if (request.bodyUsed) return bodyAlreadyRead
  try {
    const body = parseTokenRequest(await readBounded(request, maxBodyBytes))
    if (body) return body
    const detail = 'Send a JSON object with `checkout_id` (a string) and `reason`'
    // RFC 9110 §15.5.16: also what inspecting the content brings to light.
    return { code: 'unsupported_media_type', detail }
  } catch (error) {
    if (!(error instanceof BodyTooLargeError)) throw error
    return { code: 'payload_too_large', detail: `Send at most ${maxBodyBytes} bytes` }
  }
}

function mediaType(headers: Headers): string | undefined {
  return headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
}

function assertHandlerOptions({ authorize, origins, channel }: SessionTokenHandlerOptions): void {
  if (typeof authorize !== 'function') {
    throw new TypeError(
      `Option "authorize" must be a function that says who is asking, got ${received(authorize)}: ` +
        'without it anyone could take a token of yours',
    )
  }
  if (channel !== undefined && channel !== 'browser' && channel !== 'native') {
    throw new TypeError(`Option "channel" must be "browser" or "native", got ${received(channel)}`)
  }
  for (const origin of origins ?? []) {
    if (typeof origin === 'string' && URL.parse(origin)?.origin === origin) continue
    throw new TypeError(
      `Option "origins" must hold origins like "https://shop.example", got ${received(origin)}`,
    )
  }
}
