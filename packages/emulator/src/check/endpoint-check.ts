/** The ids of the checks, in the order in which they are reported. */
export const checkIds = [
  'token',
  'token-kind',
  'expires-in',
  'fresh',
  'rejected',
  'methods',
  'content-type',
  'origin',
  'signed-out',
  'other-checkout',
  'unknown-members',
  'bad-body',
  'large-body',
  'parallel',
  'retry-after',
  'secrets',
  'cors',
  'latency',
] as const

/** The name of a check. It is stable, so that a script can look for it. */
export type EndpointCheckId = (typeof checkIds)[number]

/**
 * The weight of a check. If a `critical` one fails, a stranger may get a token or a credential. A failed `warning`
 * does not fail the whole.
 */
export type EndpointCheckSeverity = 'critical' | 'error' | 'warning'

/** The outcome of a check before it has a name. */
export interface Verdict {
  /** Whether the endpoint passes. `skip`: it was not checked, and the message says why. */
  readonly status: 'pass' | 'fail' | 'skip'
  /** One sentence about what was seen. A token in it is a fingerprint. */
  readonly message: string
  /** One sentence that says what to do. Only a failed check has it. */
  readonly remedy?: string
}

/** One check of an endpoint. */
export interface EndpointCheck extends Verdict {
  /** The name of the check. */
  readonly id: EndpointCheckId
  /** The weight of the check, whatever its status is. */
  readonly severity: EndpointCheckSeverity
}

const heavier: Partial<Record<EndpointCheckId, EndpointCheckSeverity>> = {
  'token-kind': 'critical',
  'signed-out': 'critical',
  'other-checkout': 'critical',
  secrets: 'critical',
  latency: 'warning',
}

export function namedCheck(id: EndpointCheckId, verdict: Verdict): EndpointCheck {
  return { id, severity: heavier[id] ?? 'error', ...verdict }
}

export function pass(message: string): Verdict {
  return { status: 'pass', message }
}

export function fail(message: string, remedy: string): Verdict {
  return { status: 'fail', message, remedy }
}

export function skip(message: string): Verdict {
  return { status: 'skip', message }
}
