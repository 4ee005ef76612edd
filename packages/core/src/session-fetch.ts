import type { Attachment } from './attachment.ts'
import { ForageSessionError } from './errors.ts'
import type { ForageSession } from './forage-session.ts'
import { judgeRejection, type Rejection } from './rejection.ts'
import { replayRefusal, type ReplayPolicy } from './replay-policy.ts'
import { holdInitBody, holdRequestBody, type HeldBody } from './request-body.ts'
import type { SessionClock } from './session-clock.ts'
import type { Fetch, IsTokenRejected } from './session-options.ts'
import type { UntimedEvent } from './session-state.ts'
import { prefixOf } from './session-token.ts'

export interface SessionFetchContext {
  readonly getToken: ForageSession['getToken']
  /** Changes with the checkout: a request of one checkout never gets another one's token. */
  readonly epoch: () => number
  /** Throws when the checkout changed, or the session closed, since. */
  readonly assertEpoch: (epoch: number) => void
  readonly emit: (event: UntimedEvent) => void
  readonly attachment: Attachment
  readonly merchantAccount: string | undefined
  readonly replay: ReplayPolicy
  readonly isTokenRejected: IsTokenRejected | undefined
  readonly clock: SessionClock
  readonly fetch: Fetch
}

/** What is known of one call, and does not change between its two attempts. */
interface Call {
  readonly input: RequestInfo | URL
  readonly init: RequestInit | undefined
  readonly url: URL
  readonly headers: Headers
  readonly body: HeldBody
}

/** Attach → send → on a 401 about the token: a newer token → send once more. */
export function createSessionFetch(context: SessionFetchContext): Fetch {
  return (input, init) => {
    const url = addressOf(input)
    const headers = url && context.attachment.covers(url) ? headersOf(input, init) : undefined
    // Not ours: plain fetch, the same promise. Also for what fetch refuses, in its own words.
    if (!url || !headers || headers.has('Authorization')) return context.fetch(input, init)
    return sendAttached(context, { input, init, url, headers })
  }
}

async function sendAttached(context: SessionFetchContext, request: Omit<Call, 'body'>): Promise<Response> {
  const { input, init, url } = request
  const signal = signalOf(input, init)
  const epoch = context.epoch()
  const token = await context.getToken(signal ? { signal } : undefined)
  refuseForeignToken(context.attachment, url, token)
  const call: Call = { ...request, body: await holdBody(input, init) }
  signal?.throwIfAborted()
  context.assertEpoch(epoch)
  prepareHeaders(call, context.merchantAccount)
  const response = await send(context.fetch, call, token)
  if (response.status !== 401 || !isOurs(context, response)) return response
  return await answerRejection(context, { call, token, epoch, response, signal })
}

/** Undefined: headers that no request can have. */
function headersOf(input: RequestInfo | URL, init: RequestInit | undefined): Headers | undefined {
  try {
    return new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
  } catch {
    return undefined
  }
}

function addressOf(input: RequestInfo | URL): URL | undefined {
  if (input instanceof URL) return input
  const address = typeof input === 'string' ? input : input.url
  const base = (globalThis as { document?: { baseURI: string }; location?: { href: string } }).document
    ?.baseURI
  try {
    return new URL(address, base ?? globalThis.location?.href)
  } catch {
    // A relative address without a base: the platform's fetch says so in its own words.
    return undefined
  }
}

function signalOf(input: RequestInfo | URL, init: RequestInit | undefined): AbortSignal | undefined {
  return init?.signal ?? (input instanceof Request ? input.signal : undefined)
}

function refuseForeignToken(attachment: Attachment, url: URL, token: string): void {
  const prefix = prefixOf(token)
  if (attachment.admits(url, prefix)) return
  const message = `A token of "${prefix ?? 'no environment'}" is not sent to ${url.origin}.`
  throw new ForageSessionError('token_environment_mismatch', message)
}

function holdBody(input: RequestInfo | URL, init: RequestInit | undefined): HeldBody | Promise<HeldBody> {
  const given = init?.body ?? undefined
  return given === undefined && input instanceof Request ? holdRequestBody(input) : holdInitBody(given)
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
  readonly epoch: number
  readonly response: Response
  readonly signal: AbortSignal | undefined
}

async function answerRejection(context: SessionFetchContext, rejected: RejectedCall): Promise<Response> {
  const { call, token, epoch, response, signal } = rejected
  const named = { method: methodOf(call), url: call.url.origin + call.url.pathname }
  const { ofToken, code } = await judge(context, response, { method: named.method, url: call.url.href })
  if (!ofToken) return response
  context.emit({ type: 'request-rejected', ...named, code })
  // Never send one checkout's payment with another one's token.
  if (context.epoch() !== epoch) return response
  const why = replayRefusal(context.replay, {
    candidate: {
      method: named.method,
      url: call.url.href,
      headers: withoutToken(call.headers),
      ...(code === undefined ? {} : { code }),
    },
    bodyHeld: call.body.held,
    redirected: response.redirected,
    aborted: signal?.aborted ?? false,
  })
  const renewed = context.getToken({ rejected: token, ...(signal ? { signal } : {}) })
  if (why !== undefined) {
    renewed.catch(() => {})
    context.emit({ type: 'replay-refused', ...named, why })
    return response
  }
  const newer = await newerToken(renewed, signal)
  if (newer === undefined || context.epoch() !== epoch) return response
  discard(response)
  return await replay(context, call, newer, named)
}

async function replay(
  context: SessionFetchContext,
  call: Call,
  token: string,
  named: { method: string; url: string },
): Promise<Response> {
  try {
    const response = await send(context.fetch, call, token)
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
  if (!isTokenRejected) return await judgeRejection(response, clock)
  return { ofToken: await isTokenRejected(response.clone(), request), code: undefined }
}

function methodOf({ input, init }: Call): string {
  return (init?.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase()
}

function withoutToken(headers: Headers): Headers {
  const copy = new Headers(headers)
  copy.delete('Authorization')
  return copy
}

const drainedBytes = 64 * 1024

/** Read to its end, a short body gives its connection back; a long one is cancelled. Nobody waits for it. */
function discard(response: Response): void {
  const { body } = response
  if (!body) return
  const reader = body.getReader() as ReadableStreamDefaultReader<Uint8Array>
  const drain = async (): Promise<void> => {
    for (let size = 0; size <= drainedBytes;) {
      const { done, value } = await reader.read()
      if (done) return
      size += value.byteLength
    }
    await reader.cancel()
  }
  drain().catch(() => {})
}
