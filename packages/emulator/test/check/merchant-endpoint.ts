import type { Emulator } from '../../src/index.ts'
import type { IdleClock } from './idle-clock.ts'

export const url = 'https://shop.example/api/forage/session-token'
export const signedIn = { Cookie: 'session=alice' }
export const checkoutId = 'cart-of-alice'

/** The mistakes of a merchant's endpoint. Each member replaces one part of a correct endpoint. */
export interface Mistakes {
  answerToken?(token: string, expiresIn: number): Response | Promise<Response>
  mint?(mintFromForage: () => Promise<string>): Promise<string>
  expiresIn?(secondsLeft: number): unknown
  /** How long an answer is kept for the same customer, in ms. */
  keepsAnswerMs?: number
  dropsRejected?: boolean
  methods?: readonly string[]
  acceptsAnyContentType?: boolean
  isOwnSite?(headers: Headers): boolean
  signedOut?(): Response
  ownsCheckout?(id: unknown): boolean
  knowsMember?(name: string): boolean
  brokenBody?(): Response
  afterLargeBody?(): Response
  /** Is called for a request while so many others are in progress. */
  busy?(inProgress: number): Response | undefined
  extraHeaders?: Record<string, string>
  corsHeaders?: Record<string, string>
  preflight?(): Response
}

/** A correct endpoint for one customer, except for its mistakes. It is not that of this repository's server. */
export function createMerchantEndpoint(emulator: Emulator, clock: IdleClock, mistakes: Mistakes = {}) {
  const { keepsAnswerMs = 0, dropsRejected = true, methods = ['POST'] } = mistakes
  let kept: { token: string; at: number } | undefined
  let inProgress = 0
  let isSpoiled = false
  const mintFromForage = createMint(emulator)

  const problem = (status: number, code: string): Response =>
    Response.json(
      { status, code },
      {
        status,
        headers: { ...mistakes.extraHeaders, ...mistakes.corsHeaders, 'cache-control': 'no-store' },
      },
    )
  const isOwnSite =
    mistakes.isOwnSite ??
    ((headers: Headers): boolean => {
      const site = headers.get('sec-fetch-site')
      const origin = headers.get('origin')
      const isAllowed = origin === 'https://shop.example' || (origin !== null && 'corsHeaders' in mistakes)
      return site === null
        ? isAllowed && origin !== 'https://foreign-site.example'
        : site === 'same-origin' || isAllowed
    })
  const tokenFor = async (reason: unknown): Promise<{ token: string; at: number }> => {
    const drops = reason === 'rejected' && dropsRejected
    if (kept && !drops && clock.now() - kept.at < keepsAnswerMs) return kept
    kept = {
      token: await (mistakes.mint?.(mintFromForage) ?? mintFromForage()),
      at: clock.now(),
    }
    return kept
  }
  const answer = async (request: Request): Promise<Response> => {
    const { headers, method } = request
    if (method === 'OPTIONS') return mistakes.preflight?.() ?? problem(405, 'method_not_allowed')
    if (!methods.includes(method)) return problem(405, 'method_not_allowed')
    if (!isOwnSite(headers)) return problem(403, 'origin_denied')
    if (
      !mistakes.acceptsAnyContentType &&
      method === 'POST' &&
      !headers.get('content-type')?.startsWith('application/json')
    )
      return problem(415, 'unsupported_media_type')
    if (headers.get('cookie') !== signedIn.Cookie)
      return mistakes.signedOut?.() ?? problem(401, 'unauthorized')
    const text = await request.text()
    if (text.length > 8192) {
      isSpoiled = mistakes.afterLargeBody !== undefined
      return problem(413, 'payload_too_large')
    }
    if (isSpoiled) return ((isSpoiled = false), mistakes.afterLargeBody?.() ?? problem(500, 'failed'))
    const body = parsed(text === '' ? '{}' : text)
    if (body === undefined) return mistakes.brokenBody?.() ?? problem(400, 'bad_request')
    const id = body['checkout_id'] ?? checkoutId
    if (!(mistakes.ownsCheckout?.(id) ?? id === checkoutId)) return problem(403, 'forbidden')
    const unknown = Object.keys(body).filter((name) => !['checkout_id', 'reason'].includes(name))
    if (!unknown.every((name) => mistakes.knowsMember?.(name) ?? true)) return problem(400, 'unknown_member')
    const { token, at } = await tokenFor(body['reason'])
    const left = Math.floor((at + 900_000 - clock.now()) / 1000)
    if (mistakes.answerToken) return mistakes.answerToken(token, left)
    const expires_in = mistakes.expiresIn ? mistakes.expiresIn(left) : left
    return Response.json(
      { token, expires_in },
      { headers: { 'cache-control': 'no-store', ...mistakes.extraHeaders, ...mistakes.corsHeaders } },
    )
  }
  return async (input: string, init: RequestInit): Promise<Response> => {
    const busy = mistakes.busy?.(inProgress)
    if (busy) return busy
    inProgress += 1
    try {
      return await answer(new Request(input, init))
    } finally {
      inProgress -= 1
    }
  }
}

function createMint(emulator: Emulator): () => Promise<string> {
  let parent: Promise<string> | undefined
  return async () => {
    parent ??= authenticationToken(emulator)
    return mintWith(emulator, await parent)
  }
}

/** Gets an authentication token for the merchant's backend. */
export async function authenticationToken(emulator: Emulator): Promise<string> {
  const request = new Request('http://emulator.localhost/o/token/', {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${emulator.clientId}:${emulator.clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'pinpad_only' }),
  })
  const { access_token } = (await (await emulator.fetch(request)).json()) as { access_token: string }
  return access_token
}

async function mintWith(emulator: Emulator, parent: string): Promise<string> {
  const request = new Request('http://emulator.localhost/api/session_token/', {
    method: 'POST',
    headers: { Authorization: `Bearer ${parent}`, 'Merchant-Account': '123ab45c67' },
  })
  const { token } = (await (await emulator.fetch(request)).json()) as { token: string }
  return token
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}
