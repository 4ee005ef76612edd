import { isFromOurPage } from './browser-guard.ts'
import type { Problem } from './problem.ts'

export interface ChannelOptions {
  /**
   * Origins of the pages that may ask, exactly as in `Origin`. Default: the request URL's own origin, which behind
   * a proxy is not the one that the browser sees.
   */
  origins?: readonly string[]
  /** `native` is for apps: `Authorization` instead of cookies, and no CORS. Default: `browser`. */
  channel?: 'browser' | 'native'
}

export function isBrowser({ channel }: ChannelOptions): boolean {
  return channel !== 'native'
}

/** The request's `Origin`, if its page may read the answer. */
export function allowedOrigin(options: ChannelOptions, request: Request): string | undefined {
  const origin = request.headers.get('origin')
  if (!isBrowser(options) || origin === null) return undefined
  return listedOrigins(options, request).includes(origin) ? origin : undefined
}

/** Who may not ask at all, whoever the customer is. */
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
    detail: 'This page may not ask for a session token; see the option "origins"',
  }
}

// An app has no ambient cookies: where one comes, it is a browser.
function refuseApp(headers: Headers): Problem | undefined {
  if (headers.has('cookie')) return { code: 'forbidden', detail: 'This endpoint is for apps: send no cookie' }
  if (headers.has('authorization')) return undefined
  return { code: 'unauthorized', detail: 'Send Authorization' }
}

function listedOrigins({ origins }: ChannelOptions, request: Request): readonly string[] {
  return origins ?? [new URL(request.url).origin]
}
