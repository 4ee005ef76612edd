import { isFromOurPage } from './browser-guard.ts'
import type { Problem } from './problem.ts'

export interface ChannelOptions {
  /**
   * Origins of the pages that may request a token, as in the header `Origin`. Default: the origin of the request's URL.
   * Behind a proxy, that is not the origin that the browser sees.
   */
  origins?: readonly string[]
  /** `native` is for apps: they send `Authorization` instead of cookies, and need no CORS. Default: `browser`. */
  channel?: 'browser' | 'native'
}

export function isBrowser({ channel }: ChannelOptions): boolean {
  return channel !== 'native'
}

/** Returns the request's `Origin` if its page may read the answer. */
export function allowedOrigin(options: ChannelOptions, request: Request): string | undefined {
  const origin = request.headers.get('origin')
  if (!isBrowser(options) || origin === null) return undefined
  return listedOrigins(options, request).includes(origin) ? origin : undefined
}

/** Returns a problem if this page or app may not request a token for any customer. */
export function refuseSender(options: ChannelOptions, request: Request): Problem | undefined {
  return isBrowser(options) ? refusePage(options, request) : refuseApp(request.headers)
}

function refusePage(options: ChannelOptions, request: Request): Problem | undefined {
  const { headers } = request
  const guarded = {
    secFetchSite: headers.get('sec-fetch-site'),
    secFetchMode: headers.get('sec-fetch-mode'),
    origin: headers.get('origin'),
  }
  if (isFromOurPage(guarded, listedOrigins(options, request))) return undefined
  return {
    code: 'origin_denied',
    detail: 'This page may not request a session token; see the option "origins"',
  }
}

// A browser attaches cookies, an app does not.
function refuseApp(headers: Headers): Problem | undefined {
  if (headers.has('cookie')) return { code: 'forbidden', detail: 'This endpoint is for apps: send no cookie' }
  if (headers.has('authorization')) return undefined
  return { code: 'unauthorized', detail: 'Send Authorization' }
}

function listedOrigins({ origins }: ChannelOptions, request: Request): readonly string[] {
  return origins ?? [new URL(request.url).origin]
}
