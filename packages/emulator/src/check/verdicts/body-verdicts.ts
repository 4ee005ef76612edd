import { describe, isRefusal, tokenOf, type Outcome } from '../answer.ts'
import { fail, pass, type Verdict } from '../endpoint-check.ts'

/** Checks that a later version of the page may send more. */
export function unknownMembersVerdict(outcome: Outcome): Verdict {
  if (tokenOf(outcome) !== undefined) return pass('More members in the body change nothing.')
  return fail(
    `A body with more members got ${describe(outcome)}.`,
    'Ignore members of the body that you do not know: a later version of the page may send them.',
  )
}

/** Checks that the answer to a body that is no token request blames the sender. */
export function badBodyVerdict(empty: Outcome, broken: Outcome): Verdict {
  const remedy =
    'Validate the body, and answer 4xx with JSON if it is wrong. An empty body may also get a token.'
  if (!isRefusal(empty) && tokenOf(empty) === undefined)
    return fail(`An empty body got ${describe(empty)}.`, remedy)
  if (!isRefusal(broken)) return fail(`Broken JSON got ${describe(broken)}.`, remedy)
  return pass(`Broken JSON is refused with ${describe(broken)}.`)
}

/** Checks that a large body does not harm the request after it. */
export function largeBodyVerdict(large: Outcome, next: Outcome): Verdict {
  const remedy = 'Stop at 8 KiB, answer 413 with JSON, and leave the connection usable.'
  if (!isRefusal(large) && tokenOf(large) === undefined)
    return fail(`A body of 10 kB got ${describe(large)}.`, remedy)
  if (tokenOf(next) === undefined)
    return fail(`The request after a body of 10 kB got ${describe(next)}.`, remedy)
  return pass(`A body of 10 kB got ${describe(large)}, and the next request a token.`)
}
