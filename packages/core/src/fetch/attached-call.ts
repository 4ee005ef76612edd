import type { ForageSession } from '../state/forage-session.ts'
import type { Attachment } from '../token/attachment.ts'
import type { HeldBody } from './request-body.ts'

export type Fetch = ForageSession['fetch']

/** One call that carries the token. Nothing in it changes between its two attempts. */
export interface Call {
  /** The `Request` that the caller passed, if any. */
  readonly request: Request | undefined
  readonly init: RequestInit
  readonly method: string
  /** The whole URL. */
  readonly address: string
  readonly headers: Headers
  readonly signal: AbortSignal | undefined
}

/**
 * Reads the arguments of a `fetch` call. Returns undefined if the request carries no token, or if `fetch` itself
 * rejects the arguments: plain `fetch` then gets them.
 */
export function attachedCall(
  attachment: Attachment,
  input: RequestInfo | URL,
  init?: RequestInit,
): Call | undefined {
  try {
    // Recognized by its shape: it may come from another realm.
    const request = typeof input === 'object' && 'url' in input ? input : undefined
    const { covers } = attachment
    const url = request?.url ?? (input as string | URL)
    // A relative URL is resolved now: the page may have another URL when the request is sent.
    const address = typeof url === 'string' && covers(url) ? url : new URL(url, baseAddress()).href
    if (!covers(address)) return undefined
    const headers = new Headers(init?.headers ?? request?.headers)
    if (headers.has('Authorization')) return undefined
    const own = initOf(request, init)
    // As in fetch, `null` removes the signal of a `Request`.
    const signal = (own.signal === undefined ? request?.signal : own.signal) ?? undefined
    const method = (own.method ?? request?.method ?? 'GET').toUpperCase()
    return { request, init: own, method, address, headers, signal }
  } catch {
    return undefined
  }
}

function baseAddress(): string | undefined {
  const page = globalThis as { document?: { baseURI: string }; location?: { href: string } }
  return page.document?.baseURI ?? page.location?.href
}

/**
 * Copies `init`, with inherited members (a `Request` may stand in for it). The referrer of a `Request` is copied
 * as well, because `fetch(request, init)` forgets it (Fetch §5.4, `new Request` step 12), and so is `keepalive`,
 * which Firefox forgets.
 */
function initOf(request: Request | undefined, init: RequestInit | undefined): RequestInit {
  const own: Record<string, unknown> = {}
  for (const key of request ? ['referrer', 'referrerPolicy', 'keepalive'] : []) {
    own[key] = request![key as keyof Request]
  }
  for (const key in init) own[key] = init[key as keyof RequestInit]
  return own
}

/**
 * Sends a call with a token. The caller's own `init` and `Request` are never changed, and members of `init` that
 * only the platform knows are passed on.
 */
export function sendCall(fetch: Fetch, call: Call, held: HeldBody, token: string): Promise<Response> {
  call.headers.set('Authorization', `Bearer ${token}`)
  return fetch(call.request ?? call.address, {
    ...call.init,
    headers: call.headers,
    body: held.body,
  } as RequestInit)
}
