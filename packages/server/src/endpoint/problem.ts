import { problemCodes, serverCodes, type ProblemCode } from '../shared/codes.ts'
import { isForageServerError } from '../shared/errors.ts'

/** A refusal, before it becomes a problem document (RFC 9457). `detail` never repeats text of Forage or the browser. */
export interface Problem {
  code: ProblemCode
  detail: string
  retryAfterSeconds?: number
}

/** Returns the problem for a failed mint. A 401 of Forage is about the merchant's token: never a 401 here. */
export function problemOf(error: unknown, now: number): Problem {
  if (!isForageServerError(error)) return unavailable('An unexpected error on this server', 1)
  // An error of another copy of this package may have a code that this one does not know.
  const { problem: code, backOffSeconds } = serverCodes[error.code] ?? serverCodes.upstream_unavailable
  const detail = code === 'merchant_invalid' ? error.remedy : (details[code] ?? '')
  if (!problemCodes[code].retryable) return { code, detail }
  return { code, detail, retryAfterSeconds: backOffSeconds ?? wholeSeconds((error.retryAt ?? now) - now) }
}

const details: Partial<Record<ProblemCode, string>> = {
  not_configured: 'This server cannot get tokens from Forage; see its log',
  upstream_throttled: 'Too many requests to Forage',
  upstream_unavailable: 'Forage gave no session token',
}

/** Returns the problem for a failure of this server or of Forage that may pass. */
export function unavailable(detail: string, seconds: number): Problem {
  return { code: 'upstream_unavailable', detail, retryAfterSeconds: seconds }
}

/** Rounds up to whole seconds, as `Retry-After` counts them (RFC 9110 §10.2.3). At least 1: 0 would cause a loop. */
export function wholeSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000))
}
