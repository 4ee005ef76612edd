import { fingerprint } from '../../shared/fingerprint.ts'
import { describe, isAnswer, isRedirect, memberOf, tokenOf, type Answer, type Outcome } from '../answer.ts'
import { fail, pass, skip, type Verdict } from '../endpoint-check.ts'
import { environmentOf, expiryOf, isAuthenticationToken } from '../token-shape.ts'

/** The longest time that a customer should wait for a token. */
const SLOW_MS = 5000

const EXPIRY_TOLERANCE_S = 30

/** Checks that the request of a page gets a token in time. */
export function tokenVerdict(outcome: Outcome): Verdict {
  const token = tokenOf(outcome)
  const { durationMs } = outcome
  if (token === undefined) return fail(`The endpoint sent ${describe(outcome)}.`, remedyFor(outcome))
  if (durationMs > SLOW_MS)
    return fail(
      `The token took ${durationMs} ms.`,
      'Answer within 5 s: keep the authentication token between requests, and set timeouts.',
    )
  return pass(`The token ${fingerprint(token)} arrived in ${durationMs} ms.`)
}

const remedies: Readonly<Record<number, string>> = {
  401: "Pass the headers of a signed-in customer (--header 'Cookie: …'); if you did, check how the endpoint finds the customer.",
  403: "Pass the customer's checkout (--checkout), the page's origin (--origin), and a token against CSRF if the endpoint requires one (--header).",
  404: 'Check the URL, and handle POST there.',
  405: 'Check the URL, and handle POST there.',
  415: 'Accept Content-Type: application/json.',
  429: 'Wait until the limit has passed, and check again.',
}

function remedyFor(outcome: Outcome): string {
  if (!isAnswer(outcome)) return outcome.remedy
  const { status } = outcome
  if (status === 200) return 'Answer { "token": "…", "expires_in": 900 } as JSON.'
  if (isRedirect(outcome))
    return 'Answer with JSON instead of a redirect: 401 means that the customer is signed out. Correct the URL if only its slash, host or protocol is wrong.'
  return remedies[status] ?? "Read the backend's log: the endpoint or its request to Forage failed."
}

/** Checks that the token is a session token of the environment. `isAccepted` is the environment's own answer, if there is one. */
export function tokenKindVerdict(
  token: string,
  environment: string | undefined,
  isAccepted: boolean | undefined,
): Verdict {
  const name = fingerprint(token)
  if (isAuthenticationToken(token))
    return fail(
      `The token ${name} is an authentication token: it opens the merchant's whole account.`,
      'Revoke it at once (POST /o/revoke_token/), and answer with a token of POST /api/session_token/.',
    )
  const prefix = environmentOf(token)
  const mint = 'Answer with the token of POST /api/session_token/, unchanged.'
  if (token.trim() !== token) return fail(`The token ${name} has spaces or line breaks around it.`, mint)
  if (prefix === undefined) return fail(`The token ${name} does not have the form of a session token.`, mint)
  const expected = { sandbox: 'sandbox', production: 'prod' }[environment ?? '']
  if (expected !== undefined && prefix !== expected)
    return fail(
      `The token ${name} is of another environment: it has the prefix ${knownPrefix(prefix)} instead of ${expected}.`,
      'Mint it in the environment that the page uses, or correct --environment.',
    )
  if (isAccepted === false)
    return fail(`The environment refuses the token ${name} (401).`, `${mint} Check --environment.`)
  return pass(
    `It is a session token with the prefix ${knownPrefix(prefix)}${isAccepted ? ', and the environment accepts it' : ''}.`,
  )
}

/** Hides what may be a part of a secret. */
function knownPrefix(prefix: string): string {
  return /^(sandbox|prod|cert|staging|dev|local|mock)$/.test(prefix) ? prefix : '…'
}

/** Checks that the answer has the lifetime that the token has left. */
export function expiresInVerdict(outcome: Answer, token: string): Verdict {
  if (isAuthenticationToken(token) || environmentOf(token) === undefined)
    return skip('Not checked: the token is not a session token.')
  const remedy = 'Answer expires_in: the seconds that this token has left, as a number.'
  const given = memberOf(outcome, 'expires_in')
  if (typeof given !== 'number')
    return fail(
      given === undefined ? 'The answer has no expires_in.' : `expires_in is not a number (${typeof given}).`,
      remedy,
    )
  const left = secondsLeft(outcome, token)
  if (left.some((seconds) => Math.abs(seconds - given) <= EXPIRY_TOLERANCE_S))
    return pass(`expires_in is ${given} s, like the token's own lifetime.`)
  return fail(`expires_in is ${given}, but the token has about ${Math.round(left[0] ?? 0)} s left.`, remedy)
}

/** Returns the real lifetime by this machine's clock and by the endpoint's: one of them may be wrong. */
function secondsLeft({ headers, at }: Answer, token: string): number[] {
  const expiry = expiryOf(token)
  // A token that does not say it was minted for this answer, and lasts 15 minutes.
  if (expiry === undefined) return [900]
  const clocks = [at, Date.parse(headers.get('date') ?? '')].filter((time) => !Number.isNaN(time))
  return clocks.map((time) => expiry - time / 1000)
}

/** Checks that the page gets a new token later, and that no cache keeps it. */
export function freshVerdict(outcome: Outcome, earlier: ReadonlySet<string>): Verdict {
  const token = tokenOf(outcome)
  if (!isAnswer(outcome) || token === undefined)
    return fail(`11 s later, the endpoint sent ${describe(outcome)}.`, remedyFor(outcome))
  if (earlier.has(token))
    return fail(
      `11 s later, the endpoint sent the token ${fingerprint(token)} again.`,
      'Do not cache session tokens: mint one for each request. An answer may be shared for 10 s at most.',
    )
  if (!/\bno-store\b/i.test(outcome.headers.get('cache-control') ?? ''))
    return fail('The answer does not forbid caches to keep it.', 'Send Cache-Control: no-store.')
  return pass(`11 s later, the token is ${fingerprint(token)}, and no cache may keep it.`)
}

/** Checks that the page gets another token after the API rejected one. */
export function rejectedVerdict(outcome: Outcome, earlier: ReadonlySet<string>): Verdict {
  const token = tokenOf(outcome)
  if (token === undefined)
    return fail(`For reason "rejected", the endpoint sent ${describe(outcome)}.`, remedyFor(outcome))
  return earlier.has(token)
    ? fail(
        `For reason "rejected", the endpoint sent the token ${fingerprint(token)} again.`,
        'Mint a new token if reason is "rejected": the API does not accept the last one.',
      )
    : pass(`For reason "rejected", the token is ${fingerprint(token)}.`)
}
