import { describe, isAnswer, tokenOf, type Answer, type Outcome } from '../answer.ts'
import { fail, pass, skip, type Verdict } from '../endpoint-check.ts'
import { retryAfterMs } from '../retry-after.ts'

const SLOW_MS = 5000

/** Checks that many requests at once get a token, or the answer of a limit. */
export function parallelVerdict(outcomes: readonly Outcome[]): Verdict {
  const wrong = outcomes.filter((outcome) => tokenOf(outcome) === undefined && !isLimited(outcome))
  if (wrong[0])
    return fail(
      `Of ${outcomes.length} requests at once, ${wrong.length} failed; one got ${describe(wrong[0])}.`,
      'Serve requests side by side: let concurrent requests share one authentication token, and hold no lock while you wait for Forage.',
    )
  const limited = outcomes.filter(isLimited).length
  return pass(
    limited === 0
      ? `All of ${outcomes.length} requests at once got a token.`
      : `Of ${outcomes.length} requests at once, ${outcomes.length - limited} got a token and ${limited} got 429.`,
  )
}

function isLimited(outcome: Outcome): boolean {
  return isAnswer(outcome) && outcome.status === 429
}

/** Checks that each answer of a limit says when the next request may come. */
export function retryAfterVerdict(answers: readonly Answer[]): Verdict {
  const limited = answers.filter(({ status }) => status === 429)
  if (limited.length === 0) return skip('Not checked: no answer was 429.')
  const silent = limited.filter((answer) => retryAfterMs(answer) === undefined)
  return silent.length === 0
    ? pass('Each 429 says when to try again.')
    : fail(
        `${silent.length} of ${limited.length} answers with 429 have no readable Retry-After.`,
        'Send Retry-After on each 429: seconds, or a date.',
      )
}

/** The durations of the answers with a token. */
export interface Latency {
  /** Half of the answers with a token took at most so many ms. Null without one. */
  readonly p50Ms: number | null
  /** 95 of 100 answers with a token took at most so many ms. Null without one. */
  readonly p95Ms: number | null
}

export function latencyOf(answers: readonly Answer[]): Latency {
  const sorted = answers
    .filter((answer) => tokenOf(answer) !== undefined)
    .map(({ durationMs }) => durationMs)
    .toSorted((one, other) => one - other)
  // The nearest rank, so that each value was measured.
  const rank = (share: number): number | null => sorted[Math.ceil(sorted.length * share) - 1] ?? null
  return { p50Ms: rank(0.5), p95Ms: rank(0.95) }
}

/** Checks that customers do not wait long for their token. */
export function latencyVerdict({ p50Ms, p95Ms }: Latency): Verdict {
  if (p50Ms === null || p95Ms === null) return skip('Not measured: no answer had a token.')
  const measured = `p50 is ${p50Ms} ms, p95 is ${p95Ms} ms`
  return p95Ms <= SLOW_MS
    ? pass(`${measured}.`)
    : fail(
        `${measured}, more than 5 s.`,
        'Keep the authentication token between requests, in a store that all instances share.',
      )
}
