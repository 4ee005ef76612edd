import type { Attachment } from './attachment.ts'
import { boundedText } from './bounded-text.ts'
import { detachable } from './detachable.ts'
import { ForageSessionError } from './errors.ts'
import type { ForageSession } from './forage-session.ts'
import { judgeRejection, type Rejection } from './rejection.ts'
import { replayRefusal, type ReplayPolicy } from './replay-policy.ts'
import { report } from './report.ts'
import { holdInitBody, holdRequestBody, type HeldBody } from './request-body.ts'
import type { SessionClock } from './session-clock.ts'
import type { Fetch, IsTokenRejected } from './session-options.ts'
import type { UntimedEvent } from './session-state.ts'

export interface SessionFetchContext {
  readonly getToken: ForageSession['getToken']
  /** Aborted when the checkout changes, or the session closes: a request of one checkout never gets another one's token. */
  readonly epoch: () => AbortSignal
  readonly emit: (event: UntimedEvent) => void
  readonly attachment: Attachment
  readonly merchantAccount: string | undefined
  readonly replay: ReplayPolicy
  readonly isTokenRejected: IsTokenRejected | undefined
  readonly clock: SessionClock
  readonly fetch: Fetch
}

const drainedBytes = 64 * 1024

/** What is known of one call, and does not change between its two attempts. */
interface Call {
  readonly input: Request | string
  readonly init: RequestInit
  readonly url: URL
  readonly headers: Headers
  readonly body: HeldBody
}

/** Attach → send → on a 401 about the token: a newer token → send once more. */
export function createSessionFetch(context: SessionFetchContext): Fetch {
  // Called bare: the browser's own fetch is a method of the window, and of nothing else.
  const { attachment, fetch } = context
  return (input, init) => {
    const url = addressOf(input)
    const headers = url && attachment.covers(url) ? headersOf(input, init) : undefined
    // Not ours: plain fetch, the same promise. Also for what fetch refuses, in its own words.
    if (!url || !headers || headers.has('Authorization')) return fetch(input, init)
    // A relative address is the one of now, wherever the page is when it is sent.
    const address = isRequest(input) ? input : url.href
    return sendAttached(context, { input: address, init: initOf(input, init), url, headers })
  }
}

async function sendAttached(context: SessionFetchContext, request: Omit<Call, 'body'>): Promise<Response> {
  const { input, init, url } = request
  const signal = signalOf(input, init)
  const epoch = context.epoch()
  const held = holdBody(input, init, signal)
  const call: Call = { ...request, body: held instanceof Promise ? await held : held }
  const token = await context.getToken(signal ? { signal } : undefined)
  if (!context.attachment.admits(url, token)) throw foreignToken(url)
  signal?.throwIfAborted()
  epoch.throwIfAborted()
  prepareHeaders(call, context.merchantAccount)
  const response = await send(context.fetch, call, token)
  if (response.status !== 401 || !isOurs(context, response)) return response
  return await answerRejection(context, { call, token, epoch, response, signal })
}

/** By its shape: a `Request` may come from another realm. */
function isRequest(input: RequestInfo | URL): input is Request {
  return typeof input === 'object' && 'url' in input
}

/** Undefined: headers that no request can have. */
function headersOf(input: RequestInfo | URL, init: RequestInit | undefined): Headers | undefined {
  try {
    return new Headers(init?.headers ?? (isRequest(input) ? input.headers : undefined))
  } catch {
    return undefined
  }
}

/**
 * What `fetch` reads of it, as it is now: also what is inherited, like the members of a `Request` in its place.
 * Of a `Request` with an `init` the referrer would be forgotten (Fetch §5.4, `new Request` step 12), and by
 * Firefox that it is to outlive the page.
 */
function initOf(input: RequestInfo | URL, init: RequestInit | undefined): RequestInit {
  const own: Record<string, unknown> = {}
  if (isRequest(input)) {
    const { referrer, referrerPolicy, keepalive } = input
    Object.assign(own, { referrer, referrerPolicy, keepalive })
  }
  for (const key in init) own[key] = init[key as keyof RequestInit]
  return own
}

function addressOf(input: RequestInfo | URL): URL | undefined {
  const page = globalThis as { document?: { baseURI: string }; location?: { href: string } }
  try {
    return new URL(isRequest(input) ? input.url : input, page.document?.baseURI ?? page.location?.href)
  } catch {
    // A relative address without a base: the platform's fetch says so in its own words.
    return undefined
  }
}

/** As in fetch: `null` takes away the one of a `Request`. */
function signalOf(input: Request | string, { signal }: RequestInit): AbortSignal | undefined {
  const given = signal === undefined && isRequest(input) ? input.signal : signal
  return given ?? undefined
}

function foreignToken(url: URL): ForageSessionError {
  return new ForageSessionError(
    'token_environment_mismatch',
    `The token is not for ${url.origin}: nothing was sent.`,
  )
}

function holdBody(
  input: Request | string,
  init: RequestInit,
  signal: AbortSignal | undefined,
): HeldBody | Promise<HeldBody> {
  const given = init.body ?? undefined
  return given === undefined && isRequest(input) ? holdRequestBody(input, signal) : holdInitBody(given)
}

function prepareHeaders({ headers, body }: Call, merchantAccount: string | undefined): void {
  if (merchantAccount !== undefined && !headers.has('Merchant-Account')) {
    headers.set('Merchant-Account', merchantAccount)
  }
  if (body.contentType !== undefined && !headers.has('Content-Type')) {
    headers.set('Content-Type', body.contentType)
  }
}

/** The caller's own `init` and `Request` are never changed, and keys that only the platform knows go along. */
function send(fetch: Fetch, { input, init, headers, body }: Call, token: string): Promise<Response> {
  headers.set('Authorization', `Bearer ${token}`)
  return fetch(input, { ...init, headers, ...(body.body === undefined ? {} : { body: body.body }) })
}

/** A 401 of an address that never got the token (after a redirect), or that cannot be read, is not ours. */
function isOurs({ attachment }: SessionFetchContext, response: Response): boolean {
  if (response.type === 'opaque' || response.type === 'opaqueredirect') return false
  return response.url === '' || attachment.covers(new URL(response.url))
}

interface RejectedCall {
  readonly call: Call
  readonly token: string
  readonly epoch: AbortSignal
  readonly response: Response
  readonly signal: AbortSignal | undefined
}

async function answerRejection(context: SessionFetchContext, rejected: RejectedCall): Promise<Response> {
  const { call, token, epoch, response, signal } = rejected
  const named = { method: methodOf(call), url: call.url.origin + call.url.pathname }
  const judged = judge(context, response, { method: named.method, url: call.url.href })
  const { ofToken, code } = await (signal?.aborted === false ? detachable(judged, signal) : judged)
  if (!ofToken) return response
  context.emit({ type: 'request-rejected', ...named, code })
  // Never send one checkout's payment with another one's token.
  if (epoch.aborted) return response
  const why = refusalOf(context.replay, rejected, code)
  if (why !== undefined) {
    // Behind it, also for a caller who is gone.
    context.getToken({ rejected: token }).catch(() => {})
    context.emit({ type: 'replay-refused', ...named, why })
    return response
  }
  const renewed = context.getToken({ rejected: token, ...(signal ? { signal } : {}) })
  const newer = await newerToken(renewed, signal)
  if (newer === undefined || epoch.aborted) return response
  // Read to its end, a short body gives its connection back. Nobody waits for it.
  if (response.body) boundedText(response, drainedBytes, context.clock).catch(() => {})
  return await replay(context, call, newer, named)
}

/** Foreign code that throws loses nobody the 401. */
function refusalOf(
  policy: ReplayPolicy,
  { call, response, signal }: RejectedCall,
  code: string | undefined,
): string | undefined {
  const candidate = {
    method: methodOf(call),
    url: call.url.href,
    // Only a policy that asks for them pays for the copy.
    get headers(): Headers {
      return withoutToken(call.headers)
    },
    ...(code === undefined ? {} : { code }),
  }
  const { redirected } = response
  const aborted = signal?.aborted ?? false
  try {
    return replayRefusal(policy, { candidate, bodyHeld: call.body.held, redirected, aborted })
  } catch (error) {
    report(error)
    return 'policy'
  }
}

async function replay(
  context: SessionFetchContext,
  call: Call,
  token: string,
  named: { method: string; url: string },
): Promise<Response> {
  try {
    // Headers of its own: those of the first attempt are in somebody's hands.
    const response = await send(context.fetch, { ...call, headers: new Headers(call.headers) }, token)
    context.emit({ type: 'request-replayed', ...named, ok: response.ok })
    return response
  } catch (error) {
    context.emit({ type: 'request-replayed', ...named, ok: false })
    throw error
  }
}

/** Without a newer token the caller gets the 401 itself; the session has told the error. */
async function newerToken(
  renewed: Promise<string>,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    return await renewed
  } catch {
    signal?.throwIfAborted()
    return undefined
  }
}

async function judge(
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

function methodOf({ input, init }: Call): string {
  return (init.method ?? (isRequest(input) ? input.method : 'GET')).toUpperCase()
}

function withoutToken(headers: Headers): Headers {
  const copy = new Headers(headers)
  copy.delete('Authorization')
  return copy
}
