import type { ClientAuthMethod } from '../../oauth/client-auth.ts'
import { createOAuthClient, type OAuthClient } from '../../oauth/oauth-client.ts'
import type { TokenAnswer, TokenFailure } from '../../oauth/token-answer.ts'
import type { ResolvedPool } from '../../server/server-options.ts'
import { createCredentialsReader } from '../../shared/credentials.ts'
import { withDeadline } from '../../shared/deadline.ts'
import { boundedFetch } from '../../upstream/bounded-fetch.ts'
import { isMerchantCode, upstreamErrorCode } from '../../upstream/upstream-error-code.ts'
import { UpstreamHold } from '../../upstream/upstream-hold.ts'
import { createUpstreamLimit } from '../../upstream/upstream-limit.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { finding, type Finding } from '../configuration/finding.ts'
import { duration } from '../terminal/when.ts'
import { egressBlocked, watchedPages } from './egress.ts'

// The shortest lifetime that Forage issues. If the revocation fails, the token expires tomorrow.
const trialSeconds = 86_400

/** Requests a token as the pool would, tests it, and revokes it. */
export async function examinePool(configuration: Configuration, pool: ResolvedPool): Promise<Finding[]> {
  const { clientAuth, fetch, endpoints } = configuration.resolved
  const requests = watchedPages(fetch)
  const oauth = clientOf(configuration, pool, clientAuth, requests.fetch)
  const answer = await oauth.requestToken()
  if (!answer.ok && requests.page !== undefined) return [egressBlocked(endpoints.tokenUrl, requests.page)]
  if (!answer.ok) return [(await otherClientAuth(configuration, pool, answer)) ?? refused(pool, answer)]
  const problems = await testToken(configuration, pool, answer.token)
  const isRevoked = await oauth.revoke(answer.token)
  return [...differences(pool, answer), ...problems, ...(isRevoked ? [] : [notRevoked(pool)])]
}

function clientOf(
  { resolved: { endpoints, clock } }: Configuration,
  pool: ResolvedPool,
  clientAuth: ClientAuthMethod,
  fetch: typeof globalThis.fetch,
): OAuthClient {
  const credentials = createCredentialsReader(pool.credentials, pool.credentialsOption, clock)
  const { scope } = pool
  const sending = { limit: createUpstreamLimit(false, clock), hold: new UpstreamHold(clock) }
  const shared = { endpoints, credentials, clientAuth, scope, clock, fetch, ...sending }
  return createOAuthClient({ ...shared, lifetimeSeconds: trialSeconds })
}

/** Finds out whether the token endpoint takes the same credentials, sent in another way. */
async function otherClientAuth(
  configuration: Configuration,
  pool: ResolvedPool,
  { kind }: TokenFailure,
): Promise<Finding | undefined> {
  const { clientAuth, fetch } = configuration.resolved
  if (kind !== 'credential') return undefined
  for (const method of ['post', 'basic', 'basic-raw'] as const) {
    if (method === clientAuth) continue
    const oauth = clientOf(configuration, pool, method, fetch)
    const answer = await oauth.requestToken()
    if (!answer.ok) continue
    await oauth.revoke(answer.token)
    return finding('error', 'client-auth-differs', [
      `The token endpoint takes the credentials of pool "${pool.name}" as ${method}, not as ${clientAuth}`,
      'The client ID and the secret are right, but they are sent in another way than the endpoint expects.',
      `Set FORAGE_CLIENT_AUTH=${method} here, and clientAuth: '${method}' on the servers.`,
    ])
  }
  return undefined
}

function refused({ name, scope }: ResolvedPool, { kind, code }: TokenFailure): Finding {
  const [id, why, remedy] = code === 'firewall_page' ? firewallPage : (refusals[kind] ?? refusals.transient)
  const what = `Pool "${name}" (scope "${scope}") gets no authentication token: ${code}`
  return finding('error', id, [what, why, remedy])
}

const firewallPage: RefusalTexts = [
  'firewall-page',
  'A web page came in place of the answer of Forage: a firewall, a proxy or a maintenance page stands in between.',
  'Find out what stands between this machine and FORAGE_ENVIRONMENT, and let its requests pass.',
]

type RefusalTexts = readonly [id: string, why: string, remedy: string]
const refusals: Partial<Record<TokenFailure['kind'], RefusalTexts>> & { transient: RefusalTexts } = {
  credential: [
    'credentials-rejected',
    'Forage does not accept this client ID and secret.',
    'Compare both with the dashboard of this environment; sandbox and production have different credentials.',
  ],
  config: [
    'scope-refused',
    'Forage does not allow this client a token with this scope.',
    'Correct the scope in FORAGE_POOLS, or ask Forage to enable it.',
  ],
  limit: [
    'token-limit',
    'The client has reached the limit of about 1000 live tokens, or the answer was unusable.',
    'Find the process that mints without a shared store. `revokeAll` frees all tokens, but every checkout needs a new one.',
  ],
  throttled: [
    'api-throttled',
    'This address has sent more than 900 requests in five minutes.',
    'Wait five minutes. Check for a request loop, and for other services that share this egress address.',
  ],
  transient: [
    'token-endpoint-failing',
    'The token endpoint sent no usable answer.',
    "Check Forage's status page, and FORAGE_TOKEN_PATH if it is set.",
  ],
}

function differences({ name, scope }: ResolvedPool, answer: TokenAnswer & { ok: true }): Finding[] {
  const found: Finding[] = []
  if (words(answer.scope) !== words(scope)) {
    found.push(
      finding('error', 'scope-differs', [
        `Pool "${name}" requested scope "${scope}" and got "${answer.scope}"`,
        'The API refuses a token with another scope where it is used.',
        'Ask Forage to enable the scope for this client.',
      ]),
    )
  }
  if (answer.lifetimeMs !== trialSeconds * 1000) {
    found.push(
      finding('note', 'lifetime-differs', [
        `Pool "${name}" requested a lifetime of ${duration(trialSeconds * 1000)} and got ${duration(answer.lifetimeMs)}`,
        'Nothing breaks, because the lifetime in the answer decides when a token is renewed.',
        'Ignore this, unless the dashboard shows another lifetime.',
      ]),
    )
  }
  return found
}

function words(scope: string): string {
  return scope.split(' ').toSorted().join(' ')
}

async function testToken(
  configuration: Configuration,
  pool: ResolvedPool,
  token: string,
): Promise<Finding[]> {
  const { resolved, merchantAccount } = configuration
  const { sessionTokenUrl } = resolved.endpoints
  const requests = watchedPages(resolved.fetch)
  if (merchantAccount === undefined) return []
  const headers = {
    accept: 'application/json',
    authorization: `Bearer ${token}`,
    'merchant-account': merchantAccount,
  }
  try {
    const response = await withDeadline(resolved.clock, 10_000, undefined, (signal) =>
      boundedFetch(requests.fetch, sessionTokenUrl, {
        method: 'POST',
        headers,
        body: '',
        signal,
      }),
    )
    if (requests.page !== undefined) return [egressBlocked(sessionTokenUrl, requests.page)]
    return response.ok ? [] : [notMinted(pool, response.status, upstreamErrorCode(await response.text()))]
  } catch {
    return [notMinted(pool, 0, undefined)]
  }
}

function notMinted({ name, scope }: ResolvedPool, status: number, code: string | undefined): Finding {
  const what = `Pool "${name}" cannot mint a session token: ${code ?? (status || 'no answer')}`
  if (isMerchantCode(code)) {
    const why = 'Forage does not know FORAGE_MERCHANT_ID, or does not connect it to this client.'
    return finding('error', 'merchant-invalid', [
      what,
      why,
      'Copy the Merchant ID from the dashboard (mid/…).',
    ])
  }
  if (status === 403) {
    const why = `Scope "${scope}" cannot mint session tokens for the SDKs, which need pinpad_only.`
    return finding('error', 'scope-cannot-mint', [what, why, 'Remove scope from FORAGE_POOLS.'])
  }
  const why = 'Forage did not accept a token that it had just issued.'
  const remedy = "Check FORAGE_SESSION_TOKEN_PATH if it is set, then Forage's status page."
  return finding('error', 'session-token-failing', [what, why, remedy])
}

function notRevoked({ name }: ResolvedPool): Finding {
  return finding('error', 'revocation-failing', [
    `The trial token of pool "${name}" could not be revoked`,
    'Retired and compromised tokens would stay alive as well. The trial token expires tomorrow.',
    'Check FORAGE_REVOKE_PATH if it is set, then whether Forage allows this client to revoke tokens.',
  ])
}
