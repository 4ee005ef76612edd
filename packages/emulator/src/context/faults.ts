import { EmulatorError } from '../shared/emulator-error.ts'
import type { Random } from '../shared/random.ts'

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

/** The kind of a fault: see `kind` of {@link Fault}. */
export type FaultKind = (typeof faultKinds)[number]

/** A failure to trigger: its kind, the requests that fail, and how many of them. */
export interface Fault {
  /**
   * `reject`: 401 for the bearer token, before anything else happens. `expire-mid-capture`: the session token of a
   * capture expires between the SDK's GETs and its call to the vault. `latency`: the answer waits. `hang`: no answer
   * until the caller aborts, or `reset`. `drop`: the connection ends without an answer. `rate-limit`: 429. `html`: a
   * gateway's page, 502. `truncate`: half of the body. `skew`: the `Date` header is wrong by `ms`. `redirect`: a redirect
   * to the same address. `duplicate`: the request arrives twice.
   */
  readonly kind: FaultKind
  /** The fault applies to requests whose path starts with this. `*` stands for one segment. Default: every path. */
  readonly path?: string
  /** The number of requests that fail. Default 1. */
  readonly count?: number
  /** The probability, from 0 to 1, that a matching request fails. Default 1. */
  readonly probability?: number
  /**
   * The error code of `reject`. Default: `expired_session_token`, which waits for a request with a session token;
   * `invalid_token` if `path` matches a request with an authentication token; `invalid_client` if the path starts with
   * `/o/`.
   */
  readonly code?: string
  /** The status. `reject`: default by code. `html`: 500 to 599, default 502. `redirect`: 303 or 307, default 307. */
  readonly status?: number
  /**
   * Milliseconds. `latency`: the delay. `rate-limit`: the `Retry-After` header, rounded up to seconds; without it, no
   * such header. `skew`: the shift of the `Date` header, which may be negative.
   */
  readonly ms?: number
  /** `latency`, `hang`, `drop`, `html`, `redirect`: before or after the request is applied. Default `before`. */
  readonly when?: 'before' | 'after'
}

/** An armed fault, which waits for its requests. */
export interface ArmedFaultView {
  readonly id: number
  readonly fault: Fault
  /** The number of requests that will still fail. */
  readonly left: number
}

export interface Faults {
  /** Returns false if no fault is armed. */
  areArmed(): boolean
  /** Arms a fault. Returns a function that disarms it. */
  arm(fault: Fault): () => void
  /** Returns the fault that applies to this request, and counts the request. */
  take(kind: FaultKind, path: string, applies?: (fault: Fault) => boolean): Fault | undefined
  list(): ArmedFaultView[]
  /** Disarms a fault. Returns false if no armed fault has this id. */
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
  const counted = (entry: ArmedFault): Fault => {
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
    take: (kind, path, applies = () => true) => {
      for (const entry of armed) {
        if (entry.fault.kind !== kind || !entry.path.test(path) || !applies(entry.fault)) continue
        if (happens(random, entry.fault.probability ?? 1)) return counted(entry)
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

/** A certain fault draws no random number, so that it does not change the refs that follow. */
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
