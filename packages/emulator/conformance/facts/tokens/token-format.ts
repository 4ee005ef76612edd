import type { Switches } from '../../../src/context/switches.ts'
import type { Api } from '../../api.ts'
import { Mismatch, Skip } from '../../check-errors.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { android, authenticationGuide, docs } from '../../sources.ts'

const { recorded, documented, inferred, unknown } = factsOf('3.3')

const jsReference = docs('reference/initialize-forage-js')
/** Three tokens of 2024 and 2025 in the history of the SDK's tests. */
const history = android('commits e328fc44, 95616af0, 48987490')
const MAX_SKEW_SECONDS = 300
const LIFETIME_SECONDS = 15 * 60

interface TokenParts {
  readonly environment: string
  readonly segments: readonly string[]
  readonly format: Switches['tokenFormat'] | undefined
}

function partsOf(token: string): TokenParts {
  const [, environment = '', rest = ''] = /^([^_]+)_(.*)$/.exec(token) ?? []
  const segments = rest.split('.')
  return { environment, segments, format: formatOf(segments) }
}

function formatOf([first = '', second = '']: readonly string[]): TokenParts['format'] {
  const [head, claims] = [jsonIn(first), jsonIn(second)]
  if (head?.['alg'] !== undefined && claims) return claims['iat'] === undefined ? 'jwt-without-iat' : 'jwt'
  return head?.['t'] !== undefined && bytesIn(second).length === 4 ? 'signed' : undefined
}

function bytesIn(segment: string): Uint8Array {
  try {
    return Uint8Array.from(atob(segment.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
  } catch {
    return new Uint8Array()
  }
}

function jsonIn(segment: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytesIn(segment)))
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** Returns the end that the token itself states, in seconds since the epoch. */
function endOf({ segments, format }: TokenParts): number | undefined {
  const [, second = ''] = segments
  if (format === undefined) return undefined
  if (format !== 'signed') return Number(jsonIn(second)?.['exp'])
  return new DataView(bytesIn(second).buffer).getUint32(0) + LIFETIME_SECONDS
}

/** Returns the segments of a token that is not a JWT. */
async function signedSegments(api: Api): Promise<readonly string[]> {
  const { format, segments } = partsOf(await api.sessionToken())
  if (format !== 'signed') throw new Skip('the session token is a JWT')
  return segments
}

function check(holds: boolean, words: string): void {
  if (!holds) throw new Mismatch(words)
}

export const tokenFormatFacts: readonly Fact[] = [
  documented(
    'segments',
    jsReference,
    'A session token is its environment, `_` and three segments separated by dots.',
    async (api) => {
      const { environment, segments } = partsOf(await api.sessionToken())
      check(/^[a-z]+$/.test(environment), 'there is no environment before the first _')
      check(segments.length === 3, `there are ${segments.length} segments`)
      check(
        segments.every((segment) => /^[\w-]+={0,2}$/.test(segment)),
        'a segment is not base64url',
      )
    },
  ),
  documented(
    'environment',
    authenticationGuide,
    'A session token has the environment of its authentication token.',
    async (api) => {
      const parent = partsOf(await api.authenticationToken())
      check(partsOf(await api.sessionToken()).environment === parent.environment, 'the environments differ')
    },
  ),
  documented(
    'mac',
    `${jsReference}, ${android('TestForagePaymentSheet.kt')}`,
    'The third segment of a session token has 32 bytes; in June 2024 it had 20.',
    async (api) => {
      const [, , mac = ''] = partsOf(await api.sessionToken()).segments
      check([20, 32].includes(bytesIn(mac).length), `the third segment has ${bytesIn(mac).length} bytes`)
    },
  ),
  documented(
    'payload',
    `${jsReference}, ${android('LogLogger.kt')}`,
    'The first segment of a session token is a JSON object.',
    async (api) => {
      const [first = ''] = partsOf(await api.sessionToken()).segments
      check(jsonIn(first) !== undefined, 'the first segment is not a JSON object')
    },
  ),
  recorded(
    'padding',
    history,
    'The first segment of a signed session token keeps the padding of base64. The other two are not padded.',
    async (api) => {
      const [first = '', ...others] = await signedSegments(api)
      check(/^[\w-]+={0,2}$/.test(first) && first.length % 4 === 0, 'the first segment is not padded')
      check(
        others.every((segment) => /^[\w-]+$/.test(segment)),
        'another segment is padded',
      )
    },
  ),
  recorded(
    'session-key-url-safe',
    history,
    '`sk` in a signed session token is 16 bytes in url-safe base64 with its padding.',
    async (api) => {
      const [first = ''] = await signedSegments(api)
      check(/^[\w-]{22}==$/.test(String(jsonIn(first)?.['sk'])), '`sk` is not url-safe base64 of 16 bytes')
    },
  ),
  unknown(
    'format',
    `${jsReference}, ${authenticationGuide}, ${android('TestForagePaymentSheet.kt')}`,
    'The documents contradict each other about the format of a session token.',
    async (api) => {
      const { format } = partsOf(await api.sessionToken())
      return format === undefined
        ? { note: 'not a published format' }
        : { note: format, choice: { tokenFormat: format } }
    },
  ),
  inferred(
    'tenant',
    android('LogLogger.kt'),
    'The first segment of a session token names the tenant, `t`, without which current Android SDKs throw.',
    async (api) => {
      const [first = ''] = partsOf(await api.sessionToken()).segments
      check(Number.isInteger(jsonIn(first)?.['t']), 'there is no `t`')
    },
  ),
  inferred(
    'session-key',
    android('TestForagePaymentSheet.kt'),
    'The first segment of a session token has `a`, a number, and `sk`, 16 bytes.',
    async (api) => {
      const [first = ''] = partsOf(await api.sessionToken()).segments
      const { a, sk } = jsonIn(first) ?? {}
      check(
        Number.isInteger(a) && typeof sk === 'string' && bytesIn(sk).length === 16,
        '`a` or `sk` is missing',
      )
    },
  ),
  inferred(
    'end',
    android('TestForagePaymentSheet.kt'),
    'The end that a session token states is 15 minutes from now.',
    async (api) => {
      const answer = await api.send('POST', '/api/session_token/', { token: await api.authenticationToken() })
      const { token } = answer.body as { token?: unknown }
      const end = endOf(partsOf(String(token)))
      const now = Date.parse(answer.headers.get('date') ?? '') / 1000
      check(
        end !== undefined && Math.abs(end - now - LIFETIME_SECONDS) <= MAX_SKEW_SECONDS,
        `the token states ${end} at ${now}`,
      )
    },
  ),
  inferred(
    'distinct',
    android('TestForagePaymentSheet.kt'),
    'Two session tokens differ in their first segment or their claims, not only in their signatures.',
    async (api) => {
      const [one, other] = [partsOf(await api.newSessionToken()), partsOf(await api.newSessionToken())]
      check(
        one.segments.slice(0, 2).join() !== other.segments.slice(0, 2).join(),
        'only their signatures differ',
      )
    },
  ),
]
