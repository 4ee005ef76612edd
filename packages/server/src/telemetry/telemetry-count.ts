import type { ForageServerEvent } from '../shared/events.ts'

/** Labels of a metric or span. Each has few values: no label grows with customers, checkouts or tokens. */
export type TelemetryAttributes = Record<string, string | number | boolean>

/** Counters by name, with their descriptions. */
export const counters = {
  'forage.endpoint.requests': 'Requests for a session token from browsers and apps',
  'forage.authentication_token.requests': 'Requests for an authentication token to Forage',
  'forage.authentication_token.unauthorized': '401 answers from Forage about an authentication token',
  'forage.authentication_token.revocations': 'Revocations of authentication tokens',
  'forage.session_token.mints': 'Session tokens minted by Forage',
  'forage.authorize.failures': 'Calls of `authorize` that failed',
  'forage.rate_limit.refusals': 'Requests refused by a limit',
  'forage.store.outages': 'Outages of the token store',
} as const

/** One increase of a counter. */
export interface Count {
  counter: keyof typeof counters
  attributes: TelemetryAttributes
}

type Fields = Partial<Record<'pool' | 'kind' | 'code' | 'why' | 'by', string>> & {
  status?: number
  revoked?: boolean
}

/** Returns the counter that an event increases, with its labels; undefined for events without a counter. */
export function countOf(event: ForageServerEvent): Count | undefined {
  const fields = event as Fields
  const rule = rules[event.type]
  return rule && { counter: rule.counter, attributes: defined(rule.labels(fields)) }
}

type Labels = Record<string, string | number | boolean | undefined>
interface Rule {
  counter: keyof typeof counters
  labels: (event: Fields) => Labels
}

const rule = (counter: Rule['counter'], labels: Rule['labels']): Rule => ({ counter, labels })
const outcome =
  (value: string) =>
  ({ pool, kind, code }: Fields): Labels => ({
    'forage.pool': pool,
    'forage.outcome': value,
    // A failure class or a code of this package. Codes from Forage are unbounded, so they are no label.
    'error.type': kind ?? code,
  })

const rules: Readonly<Partial<Record<ForageServerEvent['type'], Rule>>> = {
  'request-answered': rule('forage.endpoint.requests', ({ status, code }) => ({
    'http.response.status_code': status,
    'error.type': code,
  })),
  'authentication-token-received': rule('forage.authentication_token.requests', outcome('received')),
  'authentication-token-failed': rule('forage.authentication_token.requests', outcome('failed')),
  'authentication-token-orphaned': rule('forage.authentication_token.requests', outcome('orphaned')),
  'authentication-token-unauthorized': rule('forage.authentication_token.unauthorized', ({ pool }) => ({
    'forage.pool': pool,
  })),
  'authentication-token-revoked': rule('forage.authentication_token.revocations', outcome('revoked')),
  'authentication-token-revocation-failed': rule(
    'forage.authentication_token.revocations',
    outcome('failed'),
  ),
  'session-token-minted': rule('forage.session_token.mints', outcome('minted')),
  'session-token-failed': rule('forage.session_token.mints', outcome('failed')),
  'authorize-failed': rule('forage.authorize.failures', ({ why }) => ({ 'error.type': why })),
  'rate-limited': rule('forage.rate_limit.refusals', ({ by }) => ({ 'forage.limit': by })),
  'store-unavailable': rule('forage.store.outages', ({ pool }) => ({ 'forage.pool': pool })),
}

function defined(labels: Labels): TelemetryAttributes {
  const known = Object.entries(labels).filter(([, value]) => value !== undefined)
  return Object.fromEntries(known) as TelemetryAttributes
}
