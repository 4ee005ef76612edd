import { EmulatorError } from '../emulator-error.ts'
import type { Random } from '../random.ts'

export const faultKinds = [
  'reject',
  'expire-mid-capture',
  'latency',
  'hang',
  'drop',
  'rate-limit',
  'html',
  'truncate',
  'skew',
  'redirect',
  'duplicate',
] as const

/** What can go wrong: see `kind` of {@link Fault}. */
export type FaultKind = (typeof faultKinds)[number]

/** What goes wrong, for which requests, and how often. */
export interface Fault {
  /**
   * `reject`: 401 for the bearer token, before anything else happens. `expire-mid-capture`: the session token of a
   * capture expires between the SDK's GETs and its call to the vault. `latency`: wait. `hang`: no answer until the
   * caller gives up, or `reset`. `drop`: the connection ends without an answer. `rate-limit`: 429. `html`: a gateway's
   * page, 502. `truncate`: half of the body. `skew`: the `Date` header is off by `ms`. `redirect`: to the same address.
   * `duplicate`: the request arrives twice.
   */
  readonly kind: FaultKind
  /** Only requests whose path starts with this; `*` stands for one segment. Default: every path. */
  readonly path?: string
  /** How many requests it strikes. Default 1. */
  readonly count?: number
  /** How likely it strikes a request that matches, 0 to 1. Default 1. */
  readonly probability?: number
  /**
   * `reject`: the error code. Default `expired_session_token`, which waits for a request that bears a session token;
   * `invalid_token` where `path` names a request that bears an authentication token, `invalid_client` where it begins
   * with `/o/`.
   */
  readonly code?: string
  /** `reject`: default the code's own. `html`: default 502. `redirect`: 303 or 307, default 307. */
  readonly status?: number
  /**
   * `latency`: how long. `rate-limit`: sent as `Retry-After`, in whole seconds; left out: no such header. `skew`: how
   * far, also back. In ms.
   */
  readonly ms?: number
  /** `latency`, `hang`, `drop`, `html`, `redirect`: before the request is applied, or after. Default `before`. */
  readonly when?: 'before' | 'after'
}

/** A fault that waits for its request. */
export interface ArmedFaultView {
  readonly id: number
  readonly fault: Fault
  /** How many requests it still strikes. */
  readonly left: number
}

export interface Faults {
  /** False: there is nothing to take. */
  areArmed(): boolean
  /** Arms it; the returned function takes it back. */
  arm(fault: Fault): () => void
  /** The fault that strikes this request, counted. */
  take(kind: FaultKind, path: string, strikes?: (fault: Fault) => boolean): Fault | undefined
  list(): ArmedFaultView[]
  /** False: there is none of that id any more. */
  takeBack(id: number): boolean
  clear(): void
}

interface ArmedFault {
  readonly id: number
  readonly fault: Fault
  readonly path: RegExp
  left: number
}

export function createFaults(random: Random): Faults {
  const armed = new Set<ArmedFault>()
  let lastId = 0
  const struck = (entry: ArmedFault): Fault => {
    entry.left -= 1
    if (entry.left === 0) armed.delete(entry)
    return entry.fault
  }
  return {
    areArmed: () => armed.size > 0,
    arm: (fault) => {
      checkFault(fault)
      lastId += 1
      const entry = { id: lastId, fault, path: pathPattern(fault.path), left: fault.count ?? 1 }
      armed.add(entry)
      return () => armed.delete(entry)
    },
    take: (kind, path, strikes = () => true) => {
      for (const entry of armed) {
        if (entry.fault.kind !== kind || !entry.path.test(path) || !strikes(entry.fault)) continue
        if (happens(random, entry.fault.probability ?? 1)) return struck(entry)
      }
      return undefined
    },
    list: () => Array.from(armed, ({ id, fault, left }) => ({ id, fault, left })),
    takeBack: (id) => {
      const entry = [...armed].find((one) => one.id === id)
      return entry !== undefined && armed.delete(entry)
    },
    clear: () => armed.clear(),
  }
}

/** A certain fault draws nothing, so that arming it leaves the sequence of refs as it is. */
function happens(random: Random, probability: number): boolean {
  return probability === 1 || random.fraction() < probability
}

function pathPattern(path = ''): RegExp {
  const literal = path.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(`^${literal.replaceAll('*', '[^/]+')}`)
}

function checkFault(fault: Fault): void {
  const kind: string = fault.kind
  if (!faultKinds.some((known) => known === kind)) throw unknownKind(kind)
  for (const name of ['path', 'code'] as const) {
    const value: unknown = fault[name]
    if (value !== undefined && typeof value !== 'string') throw invalidFault(name, value, 'a string')
  }
  checkField(
    'count',
    fault.count,
    (count) => Number.isInteger(count) && count > 0,
    'a whole number from 1 up',
  )
  checkField('probability', fault.probability, (p) => p >= 0 && p <= 1, 'a number from 0 to 1')
  checkField('ms', fault.ms, (ms) => Number.isFinite(ms) && (ms >= 0 || kind === 'skew'), msExpected(kind))
  checkField('status', fault.status, ...statusRule(kind))
  const { when }: { when?: unknown } = fault
  if (when !== undefined && when !== 'before' && when !== 'after')
    throw invalidFault('when', when, '"before" or "after"')
  if (kind === 'latency' || kind === 'skew')
    checkField('ms', fault.ms ?? Number.NaN, Number.isFinite, 'given')
}

function msExpected(kind: string): string {
  return kind === 'skew' ? 'a finite number' : 'a finite number from 0 up'
}

function statusRule(kind: string): [holds: (status: number) => boolean, expected: string] {
  if (kind === 'redirect') return [(status) => status === 303 || status === 307, '303 or 307']
  if (kind === 'html') return [(s) => Number.isInteger(s) && s >= 500 && s <= 599, 'from 500 to 599']
  return [(s) => Number.isInteger(s) && s >= 400 && s <= 599, 'an error status']
}

function checkField(name: string, value: unknown, holds: (value: number) => boolean, expected: string): void {
  if (value === undefined || (typeof value === 'number' && holds(value))) return
  throw invalidFault(name, value, expected)
}

function invalidFault(name: string, value: unknown, expected: string): EmulatorError {
  return new EmulatorError(
    'invalid_fault',
    `The fault was not armed: \`${name}\` has to be ${expected}, got ${JSON.stringify(value)}.`,
  )
}

function unknownKind(kind: string): EmulatorError {
  return new EmulatorError(
    'unknown_fault_kind',
    `There is no fault "${kind}". Known kinds: ${faultKinds.join(', ')}.`,
  )
}
