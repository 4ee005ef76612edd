import type { Fetch, IsTokenRejected } from '../session-options.ts'
import { boundedBody } from '../shared/bounded-body.ts'
import { detachable } from '../shared/detachable.ts'
import { ForageSessionError } from '../shared/errors.ts'
import { report } from '../shared/report.ts'
import type { SessionClock } from '../shared/session-clock.ts'
import type { ForageSession } from '../state/forage-session.ts'
import type { UntimedEvent } from '../state/session-state.ts'
import type { Attachment } from '../token/attachment.ts'
import { judgeRejection, type Rejection } from './rejection.ts'
import { isSafe, replayRefusal, type ReplayPolicy } from './replay-policy.ts'
import { holdInitBody, holdRequestBody, type HeldBody } from './request-body.ts'
import { createSharedVerdict, type Judge } from './shared-verdict.ts'

export interface SessionFetchContext {
  readonly getToken: ForageSession['getToken']
  /** Aborted when the checkout changes or the session closes: no request gets another checkout's token. */
  readonly epoch: () => AbortSignal
  readonly emit: (event: UntimedEvent) => void
  readonly attachment: Attachment
  readonly merchantAccount: string | undefined
  readonly replay: ReplayPolicy
  readonly isTokenRejected: IsTokenRejected | undefined
  readonly clock: SessionClock
  readonly fetch: Fetch
}

interface Sender extends SessionFetchContext {
  readonly judge: Judge
}

const drainedBytes = 64 * 1024

/** One call that carries the token. Nothing in it changes between its two attempts. */
interface Call {
  /** What the caller gave in the place of an address. */
  readonly request: Request | undefined
  readonly init: RequestInit
  readonly method: string
  /** In full. */
  readonly address: string
  readonly headers: Headers
  readonly signal: AbortSignal | undefined
}

/** Attach → send → on a 401 about the token: a newer token → send once more. */
export function createSessionFetch(context: SessionFetchContext): Fetch {
  // Called bare: the browser's own fetch is a method of the window, and of nothing else.
  const { attachment, fetch } = context
  const sender = { ...context, judge: createSharedVerdict() }
  return (input, init) => {
    const call = attachedCall(attachment, input, init)
    return call ? sendAttached(sender, call) : fetch(input, init)
  }
}

/** Undefined: not ours, which is plain fetch, the same promise. Also what fetch refuses, in its own words. */
function attachedCall(
  attachment: Attachment,
  input: RequestInfo | URL,
  init?: RequestInit,
): Call | undefined {
  try {
    const request = isRequest(input) ? input : undefined
    const address = addressOf(attachment, request?.url ?? (input as string | URL))
    if (!attachment.covers(address)) return undefined
    const headers = new Headers(init?.headers ?? request?.headers)
    if (headers.has('Authorization')) return undefined
    const own = initOf(request, init)
    // As in fetch: `null` takes away the one of a `Request`.
    const signal = (own.signal === undefined ? request?.signal : own.signal) ?? undefined
    const method = (own.method ?? request?.method ?? 'GET').toUpperCase()
    return { request, init: own, method, address, headers, signal }
  } catch {
    return undefined
  }
}

/** By its shape: a `Request` may come from another realm. */
function isRequest(input: RequestInfo | URL): input is Request {
  return typeof input === 'object' && 'url' in input
}

/** A relative address is the one of now, wherever the page is when it is sent. */
function addressOf({ covers }: Attachment, input: string | URL): string {
  return typeof input === 'string' && covers(input) ? input : new URL(input, baseAddress()).href
}

function baseAddress(): string | undefined {
  const page = globalThis as { document?: { baseURI: string }; location?: { href: string } }
  return page.document?.baseURI ?? page.location?.href
}

/**
 * What `fetch` reads of it, as it is now: also what is inherited, like the members of a `Request` in its place.
 * Of a `Request` with an `init` the referrer would be forgotten (Fetch §5.4, `new Request` step 12), and by
 * Firefox that it is to outlive the page.
 */
function initOf(request: Request | undefined, init: RequestInit | undefined): RequestInit {
  const own: Record<string, unknown> = {}
  if (request) {
    const { referrer, referrerPolicy, keepalive } = request
    Object.assign(own, { referrer, referrerPolicy, keepalive })
  }
  for (const key in init) own[key] = init[key as keyof RequestInit]
  return own
}

async function sendAttached(context: Sender, call: Call): Promise<Response> {
  const { address, signal } = call
  const epoch = context.epoch()
  const holding = holdBody(call)
  const held = holding instanceof Promise ? await holding : holding
  const token = await context.getToken(signal && { signal })
  if (!context.attachment.admits(address, token)) throw foreignToken(address)
  signal?.throwIfAborted()
  epoch.throwIfAborted()
  addHeader(call, 'Merchant-Account', context.merchantAccount)
  addHeader(call, 'Content-Type', held.contentType)
  const response = await send(context.fetch, call, held, token)
  if (response.status !== 401 || !isOurs(context, response)) return response
  return await answerRejection(context, { call, held, token, epoch, response })
}

function holdBody({ request, init, signal }: Call): HeldBody | Promise<HeldBody> {
  const given = init.body ?? undefined
  return given === undefined && request ? holdRequestBody(request, signal) : holdInitBody(given)
}

function foreignToken(address: string): ForageSessionError {
  return new ForageSessionError(
    'token_environment_mismatch',
    `The token is not for ${new URL(address).origin}: nothing was sent.`,
  )
}

function addHeader({ headers }: Call, name: string, value: string | null | undefined): void {
  if (value && !headers.has(name)) headers.set(name, value)
}

/** The caller's own `init` and `Request` are never changed, and keys that only the platform knows go along. */
function send(
  fetch: Fetch,
  { request, address, init, headers }: Call,
  { body }: HeldBody,
  token: string,
): Promise<Response> {
  headers.set('Authorization', `Bearer ${token}`)
  return fetch(request ?? address, { ...init, headers, body } as RequestInit)
}

/** A 401 of an address that never got the token (after a redirect), or that cannot be read, is not ours. */
function isOurs({ attachment }: SessionFetchContext, response: Response): boolean {
  if (response.type.startsWith('opaque')) return false
  return response.url === '' || attachment.covers(response.url)
}

interface RejectedCall {
  readonly call: Call
  readonly held: HeldBody
  readonly token: string
  readonly epoch: AbortSignal
  readonly response: Response
}

async function answerRejection(context: Sender, rejected: RejectedCall): Promise<Response> {
  const { call, held, token, epoch, response } = rejected
  const { method, address, signal } = call
  // Without the query: what is told of a request goes to logs.
  const named = { method, url: address.split(/[?#]/)[0]! }
  const judged = judge(context, rejected)
  const { ofToken, code } = await (signal?.aborted === false ? detachable(judged, signal) : judged)
  if (!ofToken) return response
  context.emit({ type: 'request-rejected', ...named, code })
  // Never send one checkout's payment with another one's token.
  if (epoch.aborted) return response
  const why = refusalOf(context.replay, rejected, code)
  if (why) {
    // Behind it, also for a caller who is gone.
    context.getToken({ rejected: token }).catch(() => {})
    context.emit({ type: 'replay-refused', ...named, why })
    return response
  }
  // Without a newer token the caller gets the 401 itself; the session has told the error.
  const newer = await context.getToken({ rejected: token, signal }).catch(() => undefined)
  signal?.throwIfAborted()
  if (!newer || epoch.aborted || !context.attachment.admits(address, newer)) return response
  // Read to its end, a short body gives its connection back. Nobody waits for it.
  if (response.body) boundedBody(response, drainedBytes, context).catch(() => {})
  return await replay(context, call, held, newer, named)
}

/** A page's own policy or `isTokenRejected` is shown each 401, and an unsafe request is judged by its own alone. */
function judge(context: Sender, { call, token, response }: RejectedCall): Promise<Rejection> {
  const { isTokenRejected, replay: policy } = context
  const { method, address } = call
  const isShared = isSafe(method) && !isTokenRejected && typeof policy === 'string'
  return context.judge(token, () => look(context, response, { method, url: address }), isShared)
}

async function look(
  { isTokenRejected, clock }: SessionFetchContext,
  response: Response,
  request: { method: string; url: string },
): Promise<Rejection> {
  try {
    if (isTokenRejected) {
      return { ofToken: await isTokenRejected(response.clone(), request), code: undefined }
    }
  } catch (error) {
    report(error)
  }
  return await judgeRejection(response, clock)
}

/** Foreign code that throws loses nobody the 401. */
function refusalOf(
  policy: ReplayPolicy,
  { call, held, response }: RejectedCall,
  code: string | undefined,
): string | undefined {
  const { method, address, headers, signal } = call
  const candidate = {
    method,
    url: address,
    code,
    // Only a policy that asks for them pays for the copy.
    get headers(): Headers {
      return withoutToken(headers)
    },
  }
  const { redirected } = response
  try {
    return replayRefusal(policy, { candidate, held: held.held, redirected, aborted: signal?.aborted })
  } catch (error) {
    report(error)
    return 'policy'
  }
}

async function replay(
  { fetch, emit }: SessionFetchContext,
  call: Call,
  held: HeldBody,
  token: string,
  named: { method: string; url: string },
): Promise<Response> {
  let ok = false
  try {
    // Headers of its own: those of the first attempt are in somebody's hands.
    const response = await send(fetch, { ...call, headers: new Headers(call.headers) }, held, token)
    ok = response.ok
    return response
  } finally {
    emit({ type: 'request-replayed', ...named, ok })
  }
}

function withoutToken(headers: Headers): Headers {
  const copy = new Headers(headers)
  copy.delete('Authorization')
  return copy
}
