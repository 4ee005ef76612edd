import type { ServerClock } from '../shared/clock.ts'
import type { Emitter } from '../shared/events.ts'
import { answerWithin, errorName } from '../shared/foreign-code.ts'
import { bodilessRequest } from './bodiless-request.ts'
import { isFromOurPage } from './browser-guard.ts'
import type { Problem } from './problem.ts'

export interface ChannelOptions {
  /**
   * Origins of the pages that may request a token, as in the header `Origin`, or a function that decides for each of
   * them within 5 s. If the function throws or rejects, the request is refused. Default: the origin of the request's URL.
   * Behind a proxy, that is not the origin that the browser sees.
   */
  origins?: readonly string[] | OriginsFunction
  /** `native` is for apps: they send `Authorization` instead of cookies, and need no CORS. Default: `browser`. */
  channel?: 'browser' | 'native'
}

type OriginsFunction = (origin: string, request: Request) => boolean | Promise<boolean>

/** The sender of a request. */
export interface Sender {
  /** The value of `Origin`, on the browser channel. */
  origin: string | null
  /** Whether the page may request a token and read the answer. `unknown`: the function `origins` failed. */
  verdict: 'allowed' | 'denied' | 'unknown'
}

interface Dependencies {
  emitter: Emitter
  clock: ServerClock
}

const originsTimeoutMs = 5000

export function isBrowser({ channel }: ChannelOptions): boolean {
  return channel !== 'native'
}

/** Identifies the sender, once for all steps that depend on it. */
export function senderOf(
  options: ChannelOptions,
  request: Request,
  dependencies: Dependencies,
): Sender | Promise<Sender> {
  const origin = isBrowser(options) ? request.headers.get('origin') : null
  if (origin === null || origin === 'null') return { origin, verdict: 'denied' }
  const { origins = [new URL(request.url).origin] } = options
  if (typeof origins === 'function') return senderByFunction(origins, origin, request, dependencies)
  return { origin, verdict: origins.includes(origin) ? 'allowed' : 'denied' }
}

async function senderByFunction(
  origins: OriginsFunction,
  origin: string,
  request: Request,
  { emitter, clock }: Dependencies,
): Promise<Sender> {
  try {
    const { request: bodiless } = bodilessRequest(request)
    const isAllowed: unknown = await answerWithin(clock, originsTimeoutMs, () => origins(origin, bodiless))
    return { origin, verdict: isAllowed === true ? 'allowed' : 'denied' }
  } catch (error) {
    emitter.emit({ type: 'hook-failed', hook: 'origins', error: errorName(error) })
    return { origin, verdict: 'unknown' }
  }
}

/** Returns a problem if this page or app may not request a token for any customer. */
export function refuseSender(options: ChannelOptions, request: Request, sender: Sender): Problem | undefined {
  return isBrowser(options) ? refusePage(sender, request.headers) : refuseApp(request.headers)
}

function refusePage({ origin, verdict }: Sender, headers: Headers): Problem | undefined {
  const secFetchSite = headers.get('sec-fetch-site')
  const secFetchMode = headers.get('sec-fetch-mode')
  if (verdict === 'unknown') return denied('The option "origins" failed; see the event `hook-failed`')
  if (isFromOurPage({ secFetchSite, secFetchMode, origin, isAllowed: verdict === 'allowed' }))
    return undefined
  if (origin === null && secFetchSite === null && secFetchMode === null) {
    return denied(
      'The request has neither Origin nor Sec-Fetch-Site, so no browser sent it; ' +
        "the endpoint of an app needs `channel: 'native'`",
    )
  }
  return denied('This page may not request a session token; see the option "origins"')
}

function denied(detail: string): Problem {
  return { code: 'origin_denied', detail }
}

// A browser attaches cookies, an app does not.
function refuseApp(headers: Headers): Problem | undefined {
  if (headers.has('cookie')) return { code: 'forbidden', detail: 'This endpoint is for apps: send no cookie' }
  if (headers.has('authorization')) return undefined
  return { code: 'unauthorized', detail: 'Send Authorization' }
}
