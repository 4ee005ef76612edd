import type { FailureKind } from '../shared/codes.ts'
import type { SlotFailure } from './slot-document.ts'

const second = 1000
/** The `nextAttemptAt` of a failure that only a change of configuration can fix. */
export const never: number = Number.MAX_SAFE_INTEGER

export interface FailureInput {
  kind: FailureKind
  /** An OAuth error code (RFC 6749 §5.2), or one of this package. Never text of the answer. */
  code: string
  /** How long the server asks to wait, at most an hour. */
  retryAfterMs?: number | undefined
  status?: number | undefined
}

/** Returns the failure for the slot, with the time of the next attempt. `random` in [0, 1) spreads the instances. */
export function nextFailure(
  input: FailureInput,
  now: number,
  previous: SlotFailure | null,
  random: number,
): SlotFailure {
  const count = previous?.kind === input.kind ? previous.count + 1 : 1
  const { kind, code, status } = input
  const nextAttemptAt = kind === 'config' ? never : Math.ceil(now + waitMs(input, count, random))
  const failure: SlotFailure = { kind, code, count, at: now, nextAttemptAt }
  if (status !== undefined) failure.status = status
  if (kind === 'transient' && input.retryAfterMs !== undefined) failure.byServer = true
  return failure
}

function waitMs({ kind, retryAfterMs }: FailureInput, count: number, random: number): number {
  switch (kind) {
    case 'transient':
      if (retryAfterMs !== undefined) return Math.max(retryAfterMs, second)
      return Math.min((1 + 4 * random) * second * 2 ** (count - 1), 300 * second)
    case 'throttled':
      return Math.max(retryAfterMs ?? 60 * second, second)
    case 'limit':
      return 60 * second
    case 'rejected':
      // The next attempt may cost a mint.
      return Math.min((30 + 30 * random) * second * 2 ** (count - 1), 300 * second)
    default:
      return (30 + 30 * random) * second
  }
}
