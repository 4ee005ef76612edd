/** A stub of Forage in which a session token dies with its authentication token. */
export interface FleetUpstream {
  /** Answers a request at the current time of the clock. */
  answer(request: Request): Promise<Response>
  /** Issues a token. Its answer may be lost. */
  issue(): Response
  /** Returns the live authentication tokens. */
  live(): string[]
  readonly tally: FleetTally
}

export interface FleetTally {
  /** Number of authentication tokens issued. */
  issued: number
  /** Number of session tokens minted. */
  sessions: number
  /** Number of session tokens whose authentication token expired or was revoked within their 15 minutes. */
  killedEarly: number
  /** Number of requests with a dead token. */
  refused: number
  /** The largest number of authentication tokens that were alive at the same time. */
  mostLive: number
}

interface Parent {
  expiresAt: number
  childrenAt: number[]
}

const sessionMs = 900_000

export function createFleetUpstream(now: () => number, lifetimeMs: number): FleetUpstream {
  const parents = new Map<string, Parent>()
  const tally: FleetTally = { issued: 0, sessions: 0, killedEarly: 0, refused: 0, mostLive: 0 }
  const isAlive = (parent: Parent | undefined): parent is Parent => !!parent && now() < parent.expiresAt

  const live = (): string[] => [...parents].filter(([, parent]) => isAlive(parent)).map(([token]) => token)
  const issue = (): Response => {
    const token = `sandbox_${String(tally.issued++).padStart(6, '0')}MAMs7hhbw9JifUuJlzUZS3zW`
    parents.set(token, { expiresAt: now() + lifetimeMs, childrenAt: [] })
    tally.mostLive = Math.max(tally.mostLive, live().length)
    const body = {
      access_token: token,
      expires_in: lifetimeMs / 1000,
      token_type: 'Bearer',
      scope: 'pinpad_only',
    }
    return Response.json(body)
  }
  const mint = (token: string): Response => {
    const parent = parents.get(token)
    if (!isAlive(parent)) {
      tally.refused++
      return Response.json({ errors: [{ code: 'invalid_token' }] }, { status: 401 })
    }
    tally.sessions++
    if (parent.expiresAt < now() + sessionMs) tally.killedEarly++
    parent.childrenAt = [...parent.childrenAt.filter((at) => at + sessionMs > now()), now()]
    return Response.json({ token: `sandbox_session.${tally.sessions}` }, { status: 201 })
  }
  const revoke = (token: string): Response => {
    const parent = parents.get(token)
    if (isAlive(parent)) {
      tally.killedEarly += parent.childrenAt.filter((at) => at + sessionMs > now()).length
      parents.delete(token)
    }
    return new Response(null)
  }

  return {
    tally,
    issue,
    live,
    async answer(request) {
      const { pathname } = new URL(request.url)
      if (pathname === '/o/token/') return issue()
      if (pathname === '/o/revoke_token/')
        return revoke(new URLSearchParams(await request.text()).get('token') ?? '')
      return mint(request.headers.get('authorization')?.replace('Bearer ', '') ?? '')
    },
  }
}
