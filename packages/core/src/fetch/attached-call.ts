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
  readonly address: string
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
    const request = requestOf(input)
    const ownAddress = request && platformAddress(request)
    const address = addressOf(attachment, ownAddress ?? String(request?.url ?? input))
    if (!attachment.covers(address)) return undefined
    const headers = new Headers(init?.headers ?? request?.headers)
    if (headers.has('Authorization')) return undefined
    const target = ownAddress === undefined ? address : request!
    const own = initOf(target === request ? keptMembers : allMembers, request, init)
    // As in fetch, `null` removes the signal of a `Request`.
    const signal = (own.signal === undefined ? request?.signal : own.signal) ?? undefined
    const method = (own.method ?? request?.method ?? 'GET').toUpperCase()
    return { request, target, init: own, method, address, headers, signal }
  } catch {
    return undefined
  }
}

/** Returns the input if it is a `Request`. Throws if `fetch` would read a URL from some other object's text. */
function requestOf(input: unknown): Request | undefined {
  if (typeof input === 'string' || isA(input, 'URL')) return undefined
  if (isA(input, 'Request')) return input
  throw new TypeError()
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

/** Resolves a relative URL now: the page may have another URL when the request is sent. */
function addressOf({ covers }: Attachment, input: string): string {
  return covers(input) ? input : new URL(input, baseAddress()).href
}

function baseAddress(): string | undefined {
  const page = globalThis as { document?: { baseURI: string }; location?: { href: string } }
  return page.document?.baseURI ?? page.location?.href
}

/**
 * The members of a `Request` that `fetch(request, init)` forgets: the referrer (Fetch §5.4, `new Request` step 12)
 * and, in Firefox, `keepalive`.
 */
const keptMembers = ['referrer', 'referrerPolicy', 'keepalive'] as const

/** The members of a `Request` that `fetch` would not read, because it comes from a polyfill or another realm. */
const allMembers = [
  ...keptMembers,
  'method',
  'mode',
  'credentials',
  'cache',
  'redirect',
  'integrity',
  'signal',
] as const

/** Copies members of a `Request`, and `init` with inherited members (a `Request` may stand in for it). */
function initOf(
  members: readonly (typeof allMembers)[number][],
  request: Request | undefined,
  init: RequestInit | undefined,
): RequestInit {
  const own: Record<string, unknown> = {}
  if (request) for (const key of members) own[key] = request[key]
  for (const key in init) own[key] = init[key as keyof RequestInit]
  return own
}

/**
 * Sends a call with a token. The caller's own `init` and `Request` are never changed, and members of `init` that
 * only the platform knows are passed on. Each attempt has its own headers: what a wrapper of `fetch` adds to them
 * does not reach the other one.
 */
export function sendCall(
  fetch: Fetch,
  { target, init, headers: given }: Call,
  { body }: HeldBody,
  token: string,
): Promise<Response> {
  const headers = new Headers(given)
  headers.set('Authorization', `Bearer ${token}`)
  return fetch(target, { ...init, headers, body } as RequestInit)
}
