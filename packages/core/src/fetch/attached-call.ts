import { isA } from '../shared/is-a.ts'
import type { ForageSession } from '../state/forage-session.ts'
import type { Attachment } from '../token/attachment.ts'
import type { HeldBody } from './request-body.ts'

export type Fetch = ForageSession['fetch']

/** `HeadersInit`, which is a global name only with the DOM library. */
type HeaderFields = NonNullable<RequestInit['headers']>

/** One call that carries the token. */
export interface Call {
  /** The `Request` that the caller passed, if any. */
  readonly request: Request | undefined
  /** Whether `request` is the platform's own. Of another one only the members can be passed on. */
  readonly isNative: boolean
  readonly init: RequestInit
  readonly method: string
  /** The whole URL. */
  readonly url: string
  /** The caller's headers at the time of the call. They are never changed. */
  readonly given: HeaderFields
  /** A copy of them for the first attempt: it was needed to decide, and a second one would cost a quarter of a call. */
  readonly headers: Headers
  readonly signal: AbortSignal | undefined
}

/**
 * Reads the arguments of a `fetch` call. Returns undefined if the request carries no token, or if `fetch` itself
 * rejects the arguments: plain `fetch` then gets them.
 */
export function attachedCall(
  attachment: Attachment,
  input: string | URL | Request,
  init?: RequestInit,
): Call | undefined {
  try {
    const request = typeof input === 'string' || isA(input, 'URL') ? undefined : input
    // From any other object `fetch` takes a text as the URL, which may name another origin the next time.
    if (request !== undefined && !isA(request, 'Request')) return undefined
    const { covers } = attachment
    const ownAddress = request && platformAddress(request)
    const url = ownAddress ?? request?.url ?? `${input as URL}`
    // A relative URL is resolved now: the page may have another URL when the request is sent.
    const address = covers(url) ? url : new URL(url, baseAddress()).href
    if (!covers(address)) return undefined
    const given = snapshotOf(init?.headers ?? request?.headers)
    const headers = new Headers(given)
    if (headers.has('Authorization')) return undefined
    const own = initOf(request, init)
    return {
      request,
      isNative: ownAddress !== undefined,
      init: own,
      method: (own.method ?? 'GET').toUpperCase(),
      url: address,
      given,
      headers,
      // As in fetch, `null` removes the signal of a `Request`.
      signal: own.signal ?? undefined,
    }
  } catch {
    return undefined
  }
}

/** Returns the URL that the platform's `fetch` reads; undefined if the `Request` is not the platform's own. */
function platformAddress(request: Request): string | undefined {
  try {
    // A member of the object itself or of a subclass may name another URL.
    return Reflect.get(Request.prototype, 'url', request)
  } catch {
    return undefined
  }
}

function baseAddress(): string | undefined {
  const page = globalThis as { document?: { baseURI: string }; location?: { href: string } }
  return page.document?.baseURI ?? page.location?.href
}

/**
 * The members of a `Request` that are passed on in the init. `fetch(request, init)` forgets the referrer (Fetch §5.4,
 * `new Request` step 12) and, in Firefox, `keepalive`; of a `Request` of a polyfill it would read nothing.
 */
const requestMembers =
  'method mode credentials cache redirect referrer referrerPolicy integrity keepalive signal'

/** Copies members of a `Request`, and `init` with inherited members (a `Request` may stand in for it). */
function initOf(request: Request | undefined, init: RequestInit | undefined): RequestInit {
  const own: Record<string, unknown> = {}
  if (request) {
    for (const key of requestMembers.split(' ')) own[key] = request[key as keyof Request]
  }
  for (const key in init) {
    const value = init[key as keyof RequestInit]
    if (value !== undefined) own[key] = value
  }
  return own
}

/** Copies a caller's headers. A record, the common form, is copied without the cost of `Headers`. */
function snapshotOf(given: HeaderFields | undefined): HeaderFields {
  const isRecord = !(Symbol.iterator in Object(given) || 'forEach' in Object(given))
  return isRecord ? { ...(given as Record<string, string>) } : new Headers(given)
}

/** The session's part of a request. */
export interface Sender {
  readonly fetch: Fetch
  readonly merchantAccount: string | undefined
}

/** Returns a call's headers without the token: the caller's, and what the session adds to them. */
export function headersOf(
  { merchantAccount }: Sender,
  { given }: Call,
  { contentType }: HeldBody,
  headers: Headers = new Headers(given),
): Headers {
  if (merchantAccount && !headers.has('Merchant-Account')) headers.set('Merchant-Account', merchantAccount)
  if (contentType && !headers.has('Content-Type')) headers.set('Content-Type', contentType)
  return headers
}

/**
 * Sends a call with a token. The caller's own `init` and `Request` are never changed, and members of `init` that
 * only the platform knows are passed on. Each attempt has its own headers: what a wrapper of `fetch` adds to them
 * does not reach the other one. Each also has its own complete `Request`: a wrapper may copy it, or ignore the `init`
 * next to it (OpenTelemetry before 0.215).
 */
export function sendCall(
  sender: Sender,
  call: Call,
  held: HeldBody,
  token: string,
  own?: Headers,
): Promise<Response> {
  // Called without a receiver: the browser's own fetch accepts only the window as one.
  const { fetch } = sender
  const headers = headersOf(sender, call, held, own)
  headers.set('Authorization', `Bearer ${token}`)
  const init = { ...call.init, headers, body: held.body } as RequestInit
  return fetch(call.isNative ? new Request(call.request!, init) : call.url, init)
}
