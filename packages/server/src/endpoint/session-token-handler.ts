import type { SessionToken } from '../calls/session-token-mint.ts'
import { BodyTooLargeError, readBounded } from '../shared/bounded-body.ts'
import type { ServerClock } from '../shared/clock.ts'
import { isTimeout, withinTime } from '../shared/deadline.ts'
import type { Emitter } from '../shared/events.ts'
import { received } from '../shared/received.ts'
import { preflight, toResponse, type Answer } from './answer-headers.ts'
import { authorizeRequest, type Authorization, type Authorize } from './authorize.ts'
import { isBrowser, refuseSender, type ChannelOptions } from './channel.ts'
import { clientNetwork, type ClientIp } from './client-ip.ts'
import { createCoalescer, type Coalescer } from './coalesce.ts'
import { problemAnswer, problemOf, unavailable, type Problem } from './problem.ts'
import { resolveRateLimits, type RateLimitOptions } from './rate-limit-options.ts'
import { createRateLimits, type RateLimits } from './rate-limits.ts'
import { parseTokenRequest, type TokenRequestBody } from './token-request.ts'

/** Who gets a session token, and how often. */
export interface SessionTokenHandlerOptions extends ChannelOptions {
  /** Who is asking, and for which checkout and merchant: decided on the server. Required; at most 2 s. */
  authorize: Authorize
  /** Default: 300 requests a minute per address and 20 per subject, counted in this process. */
  rateLimit?: RateLimitOptions | false
  /** Without it requests are not limited by address. Those it knows no address for share one limit. */
  clientIp?: ClientIp
}

/** Answers the page's token request. It never rejects: an error is an answer, in problem+json (RFC 9457). */
export type SessionTokenHandler = (request: Request) => Promise<Response>

export interface HandlerDependencies {
  mint: (authorization: Authorization) => Promise<MintedToken>
  hasPool: (name: string) => boolean
  /** The fingerprint of the authentication token that mints now, if there is one. */
  currentParent: (pool: string | undefined) => string | undefined
  /** False where each request is its own I/O context: none may await what another began. */
  sharesPromises: boolean
  emitter: Emitter
  clock: ServerClock
}

export interface MintedToken extends SessionToken {
  /** The fingerprint of the authentication token it dies with. */
  parent: string
}

interface KeptToken extends MintedToken {
  pool: string | undefined
}

interface Context extends HandlerDependencies, SessionTokenHandlerOptions {
  kept: Coalescer<KeptToken>
  limits: RateLimits
  countsAddresses: () => boolean
}

const maxBodyBytes = 8 * 1024
/** Of some hundred bytes: a slow network has them here by then. */
const bodyTimeoutMs = 5000
const keepMs = 10_000

/** The endpoint the browser calls. Never rejects: a failure is a problem document (RFC 9457). */
export function createSessionTokenHandler(
  dependencies: HandlerDependencies,
  options: SessionTokenHandlerOptions,
): SessionTokenHandler {
  assertHandlerOptions(options)
  const { clock } = dependencies
  const context = createContext(dependencies, options)
  return async (request) => {
    const answer = await respond(context, request).catch((error: unknown) =>
      problemAnswer(problemOf(error, clock.now())),
    )
    return toResponse(answer, options, request, clock.now())
  }
}

function createContext(dependencies: HandlerDependencies, options: SessionTokenHandlerOptions): Context {
  const { clock, currentParent, emitter } = dependencies
  const rateLimits = resolveRateLimits(options.rateLimit)
  const kept = createCoalescer<KeptToken>({
    keepMs,
    joins: dependencies.sharesPromises,
    now: () => clock.now(),
    // Rotated, compromised or invalidated, here or by another instance: its children end with it.
    isGood: ({ parent, pool, expiresAt }) => parent === currentParent(pool) && expiresAt > clock.now(),
  })
  let isSilent = rateLimits.ip === false
  const countsAddresses = (): boolean => {
    if (options.clientIp) return true
    if (!isSilent) emitter.emit({ type: 'ip-limit-off' })
    isSilent = true
    return false
  }
  return {
    ...dependencies,
    ...options,
    kept,
    limits: createRateLimits(rateLimits, dependencies),
    countsAddresses,
  }
}

// Cheap refusals first; the customer's own code only for what could be a customer's request.
async function respond(context: Context, request: Request): Promise<Answer> {
  if (request.method === 'OPTIONS' && isBrowser(context)) return preflight(context, request)
  if (request.method !== 'POST') return problemAnswer({ code: 'method_not_allowed', detail: 'Send a POST' })
  const refused = (await refuseAddress(context, request)) ?? refuse(context, request)
  if (refused) return problemAnswer(refused)
  const body = await readBody(context, request)
  if ('code' in body) return problemAnswer(body)
  const authorization = await authorizeRequest(context, request, body)
  if ('code' in authorization) return problemAnswer(authorization)
  const limited = await refuseCustomer(context, authorization)
  if (limited) return problemAnswer(limited)
  return tokenAnswer(context, await coalescedMint(context, authorization, body))
}

function tokenAnswer({ clock }: Context, { token, expiresAt }: SessionToken): Answer {
  const expires_in = Math.max(0, Math.floor((expiresAt - clock.now()) / 1000))
  const headers = { 'content-type': 'application/json' }
  return { status: 200, headers, body: JSON.stringify({ token, expires_in }) }
}

async function refuseAddress(context: Context, request: Request): Promise<Problem | undefined> {
  if (!context.countsAddresses()) return undefined
  return context.limits.check('ip', addressOf(context, request) ?? 'unknown')
}

function addressOf({ clientIp, emitter }: Context, request: Request): string | undefined {
  try {
    return clientNetwork(clientIp?.(request))
  } catch (error) {
    emitter.emit({ type: 'client-ip-failed', error: error instanceof Error ? error.name : typeof error })
    return undefined
  }
}

async function refuseCustomer(
  { limits }: Context,
  { subject, merchantAccount }: Authorization,
): Promise<Problem | undefined> {
  return (await limits.check('subject', subject)) ?? limits.check('merchant', merchantAccount)
}

// A double mount or a double click costs one token. After a refusal by the API a kept one would be the refused one.
function coalescedMint(
  context: Context,
  authorization: Authorization,
  body: TokenRequestBody,
): Promise<KeptToken> {
  const { subject, checkoutId, merchantAccount, pool } = authorization
  const key = JSON.stringify([subject, checkoutId, merchantAccount, pool ?? null])
  return context.kept.run(key, body.reason === 'rejected', async () => ({
    ...(await context.mint(authorization)),
    pool,
  }))
}

/** Everything that can be refused before the body is read. */
function refuse(options: SessionTokenHandlerOptions, request: Request): Problem | undefined {
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

async function readBody({ clock }: Context, request: Request): Promise<TokenRequestBody | Problem> {
  if (request.bodyUsed) return bodyAlreadyRead
  try {
    const body = parseTokenRequest(await withinTime(clock, bodyTimeoutMs, readText(request)))
    if (body) return body
    const detail = 'Send a JSON object with `checkout_id` (a string) and `reason`'
    // RFC 9110 §15.5.16: also what inspecting the content brings to light.
    return { code: 'unsupported_media_type', detail }
  } catch (error) {
    if (isTimeout(error)) return unavailable('The body did not arrive in time', 1)
    if (!(error instanceof BodyTooLargeError)) throw error
    return { code: 'payload_too_large', detail: `Send at most ${maxBodyBytes} bytes` }
  }
}

// The server holds a client to its `Content-Length` (RFC 9112 §6.3), and servers read a whole body much faster.
async function readText(request: Request): Promise<string> {
  const length = request.headers.get('content-length')
  const isShort = length !== null && /^\d+$/.test(length) && Number(length) <= maxBodyBytes
  return isShort ? request.text() : readBounded(request, maxBodyBytes)
}

function mediaType(headers: Headers): string | undefined {
  return headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
}

function assertHandlerOptions(options: SessionTokenHandlerOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`sessionTokenHandler takes { authorize }, got ${received(options)}`)
  }
  const { authorize, origins, channel, clientIp } = options
  if (typeof authorize !== 'function') {
    throw new TypeError(
      `Option "authorize" must be a function that says who is asking, got ${received(authorize)}: ` +
        'without it anyone could take a token of yours',
    )
  }
  if (channel !== undefined && channel !== 'browser' && channel !== 'native') {
    throw new TypeError(`Option "channel" must be "browser" or "native", got ${received(channel)}`)
  }
  if (clientIp !== undefined && typeof clientIp !== 'function') {
    throw new TypeError(`Option "clientIp" must be a function of the request, got ${received(clientIp)}`)
  }
  if (origins !== undefined) assertOrigins(origins)
}

function assertOrigins(origins: readonly string[]): void {
  if (!Array.isArray(origins)) {
    throw new TypeError(`Option "origins" must be an array, got ${received(origins)}`)
  }
  for (const origin of origins) {
    if (typeof origin === 'string' && URL.parse(origin)?.origin === origin) continue
    throw new TypeError(
      `Option "origins" must hold origins like "https://shop.example", got ${received(origin)}`,
    )
  }
}
