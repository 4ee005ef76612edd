/** A server that issues access and refresh tokens, in either dialect, with the time of the clock. */
export interface RefreshUpstream {
  fetch: typeof globalThis.fetch
  /** Every request, in order. */
  requests: { url: string; headers: Headers; body: string; init: RequestInit | undefined }[]
  /** How many were made by this grant, or to the API. */
  count(what: Wanted): number
  /** The next answers, instead of the good ones. A function may reject, or never answer. */
  answerNext(what: Wanted, ...answers: Answer[]): void
  /** The answer that would have been given; what it issues is issued. */
  grant(request: Request): Promise<Response>
  /** Access tokens so far are refused by the API from now on. */
  refuseAccessTokens(): void
  /** Access tokens of this grant are refused by the API, also later ones. */
  refuseGrant(grant: Grant): void
  /** Refresh tokens so far are refused. */
  refuseRefreshTokens(): void
  isAccepted(accessToken: string): boolean
  /** Everything that was handed out. */
  issued: string[]
  readonly tally: { spentTwice: number; sentAfterEnd: number }
}

export type Grant = 'client_credentials' | 'refresh_token'
type Wanted = Grant | 'api'
type Answer = Response | ((request: Request) => Promise<Response>)

export interface RefreshUpstreamOptions {
  dialect?: 'quidkey' | 'rfc6749'
  now: () => number
  /** Default: false. */
  rotates?: boolean
  /** `expires_in`; given as undefined: left out. Default: 900. */
  expiresIn?: unknown
  /** How long access tokens live in truth, in seconds. Default: 900. */
  livesSeconds?: number
}

interface Issued {
  endsAt: number
  grant: Grant
  isSpent?: boolean
}

export const clientId = '0d9bf9a1-6b6c-4f6f-9c39-1c0f4a4b1a11'
export const clientSecret = 's3cret-Never:Shown+%'
const day = 86_400_000

export function createRefreshUpstream(options: RefreshUpstreamOptions): RefreshUpstream {
  const { dialect = 'quidkey', now, rotates = false, livesSeconds = 900 } = options
  const expiresIn = 'expiresIn' in options ? options.expiresIn : 900
  const requests: RefreshUpstream['requests'] = []
  const planned = new Map<Wanted, Answer[]>()
  const made: Wanted[] = []
  const access = new Map<string, Issued>()
  const refresh = new Map<string, Issued>()
  const refusedGrants = new Set<Grant>()
  const tally = { spentTwice: 0, sentAfterEnd: 0 }
  const issued: string[] = []

  const issue = (kind: string, tokens: Map<string, Issued>, token: Issued): string => {
    const value = `${kind}-${String(issued.length).padStart(5, '0')}-${'x'.repeat(20)}`
    issued.push(value)
    tokens.set(value, token)
    return value
  }
  const tokens = (grant: Grant, refreshToken: string | undefined): Response => {
    const access_token = issue('access', access, { grant, endsAt: now() + livesSeconds * 1000 })
    const body = {
      access_token,
      expires_in: expiresIn,
      ...(refreshToken !== undefined && { refresh_token: refreshToken }),
      ...((dialect === 'rfc6749' || grant === 'client_credentials') && { token_type: 'Bearer' }),
    }
    return Response.json(dialect === 'quidkey' ? { success: true, data: body } : body)
  }
  const authenticate = (): Response =>
    tokens(
      'client_credentials',
      issue('refresh', refresh, { grant: 'client_credentials', endsAt: now() + day }),
    )
  const useRefreshToken = (value: string): Response => {
    const known = refresh.get(value)
    if (known?.isSpent) tally.spentTwice++
    if (known && now() >= known.endsAt) tally.sentAfterEnd++
    if (!known || known.isSpent || now() >= known.endsAt) return refusal(dialect)
    if (!rotates) return tokens('refresh_token', undefined)
    known.isSpent = true
    return tokens('refresh_token', issue('refresh', refresh, { ...known, isSpent: false }))
  }
  const grant = async (request: Request): Promise<Response> => {
    const sent = await sentTokens(request)
    return sent.refreshToken === undefined ? authenticate() : useRefreshToken(sent.refreshToken)
  }
  const isAccepted = (token: string): boolean => {
    const known = access.get(token)
    return known !== undefined && now() < known.endsAt && !refusedGrants.has(known.grant)
  }
  const call = (request: Request): Response => {
    const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? ''
    return isAccepted(token)
      ? Response.json({ success: true, data: { id: 1 } })
      : quidkeyError(401, 'INVALID_TOKEN')
  }

  return {
    requests,
    issued,
    tally,
    grant,
    isAccepted,
    count: (what) => made.filter((one) => one === what).length,
    answerNext: (what, ...answers) => void planned.set(what, [...(planned.get(what) ?? []), ...answers]),
    refuseAccessTokens: () => access.clear(),
    refuseGrant: (refused) => void refusedGrants.add(refused),
    refuseRefreshTokens: () => refresh.clear(),
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const body = await request.clone().text()
      requests.push({ url: request.url, headers: request.headers, body, init })
      const what = await wanted(request.clone())
      made.push(what)
      const answer = planned.get(what)?.shift()
      if (answer === undefined) return what === 'api' ? call(request) : grant(request)
      return typeof answer === 'function' ? answer(request) : answer
    },
  }
}

async function wanted(request: Request): Promise<Wanted> {
  if (!new URL(request.url).pathname.includes('oauth2')) return 'api'
  return (await sentTokens(request)).refreshToken === undefined ? 'client_credentials' : 'refresh_token'
}

async function sentTokens(request: Request): Promise<{ refreshToken: string | undefined }> {
  const text = await request.text()
  const isForm = request.headers.get('content-type')?.includes('form')
  if (isForm) return { refreshToken: new URLSearchParams(text).get('refresh_token') ?? undefined }
  return { refreshToken: (JSON.parse(text) as { refresh_token?: string }).refresh_token }
}

function refusal(dialect: 'quidkey' | 'rfc6749'): Response {
  if (dialect === 'rfc6749') return Response.json({ error: 'invalid_grant' }, { status: 400 })
  return quidkeyError(401, 'UNAUTHORIZED')
}

/** Quidkey's envelope (docs.quidkey.com/guides/payment-api/concepts/errors). */
export function quidkeyError(status: number, code: string, headers: HeadersInit = {}): Response {
  return Response.json({ success: false, error: { code, message: 'No' } }, { status, headers })
}
