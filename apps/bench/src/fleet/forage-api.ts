import type { FleetTime } from './fleet-time.ts'
import type { Outage, Pool } from './year.ts'

/** A model of Forage in which a session token dies with the authentication token that it was minted from. */
export interface ForageApi {
  fetch(request: Request): Promise<Response>
  /** Returns the number of live authentication tokens. */
  live(): number
  /**
   * Starts an emergency of `pool`: later revocations count as its own. Returns a function that ends the emergency and
   * returns the ms until the first session token of a new authentication token.
   */
  emergency(pool: Pool): () => number | undefined
  readonly tally: Tally
}

export interface Tally {
  tokenRequests: number
  /** All session tokens. The next members count those that died within their 15 minutes. */
  sessions: number
  /** Session tokens whose parent expired or was revoked without need. */
  killedEarly: number
  /** Session tokens of a compromised pool. */
  killedByIntent: number
  /** Session tokens that died because another pool was compromised. */
  bystanders: number
}

interface Parent {
  issuedAt: number
  expiresAt: number
  children: { at: number; pool: Pool }[]
}

const sessionMs = 900_000
const latencyMs = { token: 150, session: 100, revoke: 100 }
const cap = 1000

export function createForageApi(time: FleetTime, outages: readonly Outage[]): ForageApi {
  const tokens = createTokens(time)
  const isDown = (of: Outage['of']): boolean =>
    outages.some((outage) => outage.of === of && outage.from <= time.now() && time.now() < outage.until)
  const answer = async (request: Request, pathname: string): Promise<Response> => {
    const isToken = pathname === '/o/token/'
    await wait(
      time,
      isToken ? latencyMs.token : pathname === '/api/session_token/' ? latencyMs.session : latencyMs.revoke,
    )
    if (isDown('api') || (isToken && isDown('token-endpoint'))) return new Response('<html>', { status: 503 })
    if (pathname === '/api/session_token/')
      return tokens.mint(bearer(request), request.headers.get('merchant-account') as Pool)
    const body = await request.text()
    if (isToken) return tokens.issue(Number(new URLSearchParams(body).get('expiration_time')) * 1000)
    if (pathname === '/o/revoke_token/') tokens.revoke(new URLSearchParams(body).get('token') ?? '')
    else tokens.bulkRevoke((JSON.parse(body) as { revoke_count: number }).revoke_count)
    return new Response(null)
  }
  const { tally, live, emergency } = tokens
  return { tally, live, emergency, fetch: (request) => answer(request, new URL(request.url).pathname) }
}

interface Tokens extends Pick<ForageApi, 'tally' | 'live' | 'emergency'> {
  /** Answers a request for an authentication token. */
  issue(lifetimeMs: number): Response
  /** Answers a request for a session token. */
  mint(token: string, pool: Pool): Response
  revoke(token: string): void
  /** Revokes the tokens that expire first. */
  bulkRevoke(count: number): void
}

/** Creates the record of issued tokens and counts which session tokens die early. */
function createTokens(time: FleetTime): Tokens {
  const parents = new Map<string, Parent>()
  const tally: Tally = { tokenRequests: 0, sessions: 0, killedEarly: 0, killedByIntent: 0, bystanders: 0 }
  let current: { pool: Pool; at: number; recoveredAt: number | undefined } | undefined

  const live = (): number => {
    for (const [token, { expiresAt }] of parents) if (expiresAt <= time.now()) parents.delete(token)
    return parents.size
  }
  const revoke = (token: string): void => {
    const alive = (parents.get(token)?.children ?? []).filter(({ at }) => at + sessionMs > time.now())
    parents.delete(token)
    for (const { pool } of alive)
      tally[current ? (pool === current.pool ? 'killedByIntent' : 'bystanders') : 'killedEarly']++
  }
  return {
    tally,
    live,
    revoke,
    bulkRevoke(count) {
      const oldest = [...parents].toSorted(([, a], [, b]) => a.expiresAt - b.expiresAt)
      for (const [token] of oldest.slice(0, count)) revoke(token)
    },
    issue(lifetimeMs) {
      tally.tokenRequests++
      if (live() >= cap) return Response.json({ error: 'invalid_request' }, { status: 400 })
      const token = `sandbox_${String(tally.tokenRequests).padStart(6, '0')}MAMs7hhbw9JifUuJlzUZS3zW`
      parents.set(token, { issuedAt: time.now(), expiresAt: time.now() + lifetimeMs, children: [] })
      const expiry = { expires_in: lifetimeMs / 1000 }
      return Response.json({ access_token: token, ...expiry, token_type: 'Bearer', scope: 'pinpad_only' })
    },
    mint(token, pool) {
      const parent = parents.get(token)
      const now = time.now()
      if (!parent || parent.expiresAt <= now)
        return Response.json({ errors: [{ code: 'invalid_token' }] }, { status: 401 })
      tally.sessions++
      if (parent.expiresAt < now + sessionMs) tally.killedEarly++
      else parent.children = [...parent.children.filter(({ at }) => at + sessionMs > now), { at: now, pool }]
      if (current && parent.issuedAt >= current.at) current.recoveredAt ??= now
      return Response.json({ token: `sandbox_session.${tally.sessions}.x` })
    },
    emergency(pool) {
      const begun = { pool, at: time.now(), recoveredAt: undefined as number | undefined }
      current = begun
      return () => {
        current = undefined
        return begun.recoveredAt === undefined ? undefined : begun.recoveredAt - begun.at
      }
    },
  }
}

function wait(time: FleetTime, ms: number): Promise<void> {
  return new Promise((resolve) => {
    time.setTimeout(resolve, ms)
  })
}

function bearer(request: Request): string {
  return request.headers.get('authorization')?.replace('Bearer ', '') ?? ''
}
