/** A stub server that issues access and refresh tokens in either dialect. */
export interface RefreshUpstream {
  fetch: typeof globalThis.fetch
  /** All requests in order. */
  requests: { url: string; headers: Headers; body: string; init: RequestInit | undefined }[]
  /** Returns the number of requests with this grant, or to the API. */
  count(kind: RequestKind): number
  /** Sets the next answers, instead of a success. A function may reject, or never resolve. */
  answerNext(kind: RequestKind, ...answers: Answer[]): void
  /** Returns the successful answer to a token request, and issues its tokens. */
  grant(request: Request): Promise<Response>
  /** Lets the API refuse all access tokens that were issued before this call. */
  refuseAccessTokens(): void
  /** Lets the API refuse all access tokens of this grant, also later ones. */
  refuseGrant(grant: Grant): void
  /** Refuses all refresh tokens that were issued before this call. */
  refuseRefreshTokens(): void
  isAccepted(accessToken: string): boolean
  /** All tokens in the order in which they were issued. */
  issued: string[]
  readonly tally: { spentTwice: number; sentAfterEnd: number }
}

export type Grant = 'client_credentials' | 'refresh_token'
type RequestKind = Grant | 'api'
type Answer = Response | ((request: Request) => Promise<Response>)

export interface RefreshUpstreamOptions {
  dialect?: 'quidkey' | 'rfc6749'
  now: () => number
  /** Whether each refresh issues a new refresh token. Default: false. */
  rotates?: boolean
  /** `expires_in` in the answers. An explicit undefined leaves it out. Default: 900. */
  expiresIn?: unknown
  /** Actual lifetime of access tokens in seconds. Default: 900. */
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
  const planned = new Map<RequestKind, Answer[]>()
  const made: RequestKind[] = []
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
    count: (kind) => made.filter((one) => one === kind).length,
    answerNext: (kind, ...answers) => void planned.set(kind, [...(planned.get(kind) ?? []), ...answers]),
    refuseAccessTokens: () => access.clear(),
    refuseGrant: (refused) => void refusedGrants.add(refused),
    refuseRefreshTokens: () => refresh.clear(),
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const body = await request.clone().text()
      requests.push({ url: request.url, headers: request.headers, body, init })
      const kind = await kindOf(request.clone())
      made.push(kind)
      const answer = planned.get(kind)?.shift()
      if (answer === undefined) return kind === 'api' ? call(request) : grant(request)
      return typeof answer === 'function' ? answer(request) : answer
    },
  }
}

async function kindOf(request: Request): Promise<RequestKind> {
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

/** Returns an error in Quidkey's envelope (docs.quidkey.com/guides/payment-api/concepts/errors). */
export function quidkeyError(status: number, code: string, headers: HeadersInit = {}): Response {
  return Response.json({ success: false, error: { code, message: 'No' } }, { status, headers })
}
