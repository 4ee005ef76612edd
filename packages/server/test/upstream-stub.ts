/** Forage, as small as the server's tests need it. */
export interface UpstreamStub {
  fetch: typeof globalThis.fetch
  /** Every request, in order, with its body as text. */
  requests: { path: string; headers: Headers; body: string; init: RequestInit | undefined }[]
  /** How many went to the path. */
  count(path: string): number
  /** The next answers for a path, instead of the good one. A function may reject, or never answer. */
  answerNext(path: string, ...answers: Answer[]): void
  /** One more authentication token. */
  issue(): Response
  /** From now on a revocation kills. */
  diesWhenRevoked(): void
  /** The authentication tokens minted so far are refused from now on. */
  revokeAll(): void
  /** All tokens that were handed out. */
  issued: string[]
}

type Answer = Response | ((request: Request) => Promise<Response>)

export const tokenPath = '/o/token/'
export const sessionTokenPath = '/api/session_token/'
export const revokePath = '/o/revoke_token/'
const bulkRevokePath = '/o/bulk_revoke/'

export const clientId = 'client-id.with_signs'
export const clientSecret = 's3cret-Never:Shown+%'

export interface UpstreamOptions {
  /** `expires_in` of its tokens; given as undefined: left out. Default: 604 800. */
  expiresIn?: unknown
}

export function createUpstream(options: UpstreamOptions = {}): UpstreamStub {
  const expiresIn = 'expiresIn' in options ? options.expiresIn : 604_800
  const requests: UpstreamStub['requests'] = []
  const planned = new Map<string, Answer[]>()
  const issued: string[] = []
  const live = new Set<string>()
  let sessions = 0
  let isRevoking = false

  const issue = (): Response => {
    const token = `sandbox_${String(issued.length).padStart(4, '0')}MAMs7hhbw9JifUuJlzUZS3zWDx`
    issued.push(token)
    live.add(token)
    const body = { access_token: token, expires_in: expiresIn, token_type: 'Bearer', scope: 'pinpad_only' }
    return Response.json(body)
  }
  const withToken = (request: Request, answer: () => Response): Response => {
    const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? ''
    return live.has(token) ? answer() : invalidToken()
  }
  const mint = (): Response => {
    const token = `sandbox_eyJhIjo0Mn0.aHe7Tw.session${sessions++}`
    issued.push(token)
    return Response.json({ token }, { status: 201 })
  }
  const revoke = (body: string): Response => {
    if (isRevoking) live.delete(new URLSearchParams(body).get('token') ?? '')
    return new Response(null)
  }
  const routes: Record<string, (request: Request, body: string) => Response> = {
    [tokenPath]: issue,
    [sessionTokenPath]: (request) => withToken(request, mint),
    [revokePath]: (_request, body) => revoke(body),
    [bulkRevokePath]: () => {
      live.clear()
      return new Response(null)
    },
  }
  const good = (request: Request, path: string, body: string): Response =>
    routes[path]?.(request, body) ?? withToken(request, () => Response.json({ ok: true }))

  return {
    requests,
    issued,
    count: (path) => requests.filter((request) => request.path === path).length,
    answerNext: (path, ...answers) => void planned.set(path, [...(planned.get(path) ?? []), ...answers]),
    issue,
    diesWhenRevoked: () => void (isRevoking = true),
    revokeAll: () => live.clear(),
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const path = new URL(request.url).pathname
      const body = await request.clone().text()
      requests.push({ path, headers: request.headers, body, init })
      const answer = planned.get(path)?.shift()
      if (answer === undefined) return good(request, path, body)
      return typeof answer === 'function' ? answer(request) : answer
    },
  }
}

/** A Forage that never answers. `asked` resolves with the first request: whoever sent it can die now. */
export function createSilentUpstream(): { fetch: typeof globalThis.fetch; asked: Promise<void> } {
  let request = (): void => {}
  const asked = new Promise<void>((resolve) => {
    request = resolve
  })
  const fetch = (): Promise<Response> => {
    request()
    return new Promise(() => {})
  }
  return { fetch, asked }
}

/** The body of Forage's errors page for an unknown authentication token. */
export function invalidToken(): Response {
  return forageError(401, 'invalid_token', 'Incorrect authentication credentials.')
}

export function forageError(status: number, code: string, message = 'No'): Response {
  const error = { code, message, source: { resource: 'OAuth_Access_Tokens', ref: '' } }
  return Response.json({ path: sessionTokenPath, errors: [error] }, { status })
}

export function oauthError(status: number, error: string, headers: HeadersInit = {}): Response {
  return Response.json({ error }, { status, headers })
}
