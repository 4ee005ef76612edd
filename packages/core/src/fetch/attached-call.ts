import { isA } from '../shared/is-a.ts'
import type { ForageSession } from '../state/forage-session.ts'
import type { Attachment } from '../token/attachment.ts'
import type { HeldBody } from './request-body.ts'

export type Fetch = ForageSession['fetch']

/** One call that carries the token. Nothing in it changes between its two attempts. */
export interface Call {
  /** The `Request` that the caller passed, if any. */
  readonly request: Request | undefined
  /** The first argument of `fetch`: the `Request`, unless only its members can be passed on. */
  readonly target: Request | string
  readonly init: RequestInit
  readonly method: string
  /** The whole URL. */
  readonly url: string
  /** The caller's headers and those of the session, without the token. */
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
    const headers = new Headers(init?.headers ?? request?.headers)
    if (headers.has('Authorization')) return undefined
    const own = initOf(request, init)
    return {
      request,
      target: ownAddress === undefined ? address : request!,
      init: own,
      method: (own.method ?? 'GET').toUpperCase(),
      url: address,
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

/**
 * Sends a call with a token. The caller's own `init` and `Request` are never changed, and members of `init` that
 * only the platform knows are passed on. Each attempt has its own headers: what a wrapper of `fetch` adds to them
 * does not reach the other one.
 */
export function sendCall(fetch: Fetch, call: Call, held: HeldBody, token: string): Promise<Response> {
  const headers = new Headers(call.headers)
  headers.set('Authorization', `Bearer ${token}`)
  return fetch(call.target, { ...call.init, headers, body: held.body } as RequestInit)
}
