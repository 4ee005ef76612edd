import { authorizeRequest, type Authorization, type Authorize } from './authorize.ts'
import { BodyTooLargeError, readBounded } from './bounded-body.ts'
import { isFromOurPage } from './browser-guard.ts'
import type { ServerClock } from './clock.ts'
import { createCoalescer, type Coalescer } from './coalesce.ts'
import type { Emitter } from './events.ts'
import { problemOf, problemResponse, type Problem } from './problem.ts'
import { received } from './received.ts'
import type { SessionToken } from './session-token-mint.ts'
import { parseTokenRequest, type TokenRequestBody } from './token-request.ts'

export interface SessionTokenHandlerOptions {
  /** Who is asking, and for which checkout and merchant: decided on the server. Required; at most 2 s. */
  authorize: Authorize
  /**
   * Origins of the pages that may ask, exactly as in `Origin`. Default: the request URL's own origin, which behind
   * a proxy is not the one that the browser sees.
   */
  origins?: readonly string[]
  /** `native` is for apps: `Authorization` instead of cookies, and no CORS. Default: `browser`. */
  channel?: 'browser' | 'native'
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
    return withHeaders(answer, options, request, clock.now())
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
  const channel = isBrowser(options) ? refusePage(options, request) : refuseApp(request.headers)
  if (channel) return channel
  // Makes a page of another origin ask first (a preflight); a form cannot send it.
  if (mediaType(request.headers) === 'application/json') return undefined
  return { code: 'unsupported_media_type', detail: 'Send Content-Type: application/json' }
}

function refusePage(options: SessionTokenHandlerOptions, request: Request): Problem | undefined {
  const { headers } = request
  const guarded = {
    secFetchSite: headers.get('sec-fetch-site'),
    secFetchMode: headers.get('sec-fetch-mode'),
    origin: headers.get('origin'),
  }
  if (isFromOurPage(guarded, listedOrigins(options, request))) return undefined
  return {
    code: 'origin_denied',
    detail: 'This page may not ask for a session token; see the option "origins"',
  }
}

function refuseApp(headers: Headers): Problem | undefined {
  if (headers.has('cookie')) return { code: 'forbidden', detail: 'This endpoint is for apps: send no cookie' }
  if (headers.has('authorization')) return undefined
  return { code: 'unauthorized', detail: 'Send Authorization' }
}

async function readBody(request: Request): Promise<TokenRequestBody | Problem> {
  if (request.bodyUsed)
    return { code: 'not_configured', detail: 'The body was read before this handler got it' }
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

function preflight(options: SessionTokenHandlerOptions, request: Request): Response {
  const detail = 'This origin may not ask for a session token; see the option "origins"'
  if (!allowedOrigin(options, request)) return problemResponse({ code: 'origin_denied', detail })
  const headers = {
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type, authorization',
    'access-control-max-age': '600',
  }
  return new Response(null, { status: 204, headers })
}

function withHeaders(
  answer: Response,
  options: SessionTokenHandlerOptions,
  request: Request,
  now: number,
): Response {
  const headers = new Headers(answer.headers)
  for (const [name, value] of Object.entries(alwaysHeaders)) headers.set(name, value)
  headers.set('date', new Date(now).toUTCString())
  if (answer.status === 405) headers.set('allow', isBrowser(options) ? 'POST, OPTIONS' : 'POST')
  const origin = allowedOrigin(options, request)
  if (origin) {
    headers.set('access-control-allow-origin', origin)
    headers.set('access-control-allow-credentials', 'true')
    headers.set('access-control-expose-headers', 'Date, Retry-After')
  }
  return new Response(request.method === 'HEAD' ? null : answer.body, { status: answer.status, headers })
}

const alwaysHeaders = {
  'cache-control': 'no-store, private',
  vary: 'Origin, Cookie, Authorization',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
}

function allowedOrigin(options: SessionTokenHandlerOptions, request: Request): string | undefined {
  const origin = request.headers.get('origin')
  if (!isBrowser(options) || origin === null) return undefined
  return listedOrigins(options, request).includes(origin) ? origin : undefined
}

function listedOrigins({ origins }: SessionTokenHandlerOptions, request: Request): readonly string[] {
  return origins ?? [new URL(request.url).origin]
}

function isBrowser({ channel }: SessionTokenHandlerOptions): boolean {
  return channel !== 'native'
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
