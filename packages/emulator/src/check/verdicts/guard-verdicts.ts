import { carriesToken, describe, isAnswer, isRefusal, type Outcome } from '../answer.ts'
import { fail, pass, type Verdict } from '../endpoint-check.ts'

const asJson = 'Answer with a 4xx status and JSON, such as application/problem+json.'

/** Checks that only POST gets a token. */
export function methodsVerdict(outcomes: readonly (readonly [method: string, Outcome])[]): Verdict {
  const remedy = 'Answer POST only, and 405 to other methods: GET is cached, and any page can send it.'
  const wrong = outcomes.find(([, outcome]) => !isAnswer(outcome) || carriesToken(outcome))
  if (wrong) return fail(`${wrong[0]} got ${describe(wrong[1])}.`, remedy)
  const seen = outcomes.map(([method, outcome]) => `${method} ${isAnswer(outcome) ? outcome.status : ''}`)
  return pass(`No other method gets a token: ${seen.join(', ')}.`)
}

/** Checks that a form gets no token: other sites can send one with the customer's cookies. */
export function contentTypeVerdict(outcome: Outcome): Verdict {
  if (isRefusal(outcome)) return pass(`text/plain is refused with ${describe(outcome)}.`)
  return fail(
    `A request with text/plain got ${describe(outcome)}.`,
    isTokenless(outcome)
      ? asJson
      : 'Require Content-Type: application/json (415 otherwise): a form of another site cannot send it.',
  )
}

/** Checks that another site gets no token, whether the browser names it in `Origin` or in `Sec-Fetch-Site`. */
export function originVerdict(foreign: Outcome, crossSite: Outcome, foreignOrigin: string): Verdict {
  const remedy =
    'Check both before you sign the customer in: Sec-Fetch-Site if the browser sends it, and Origin otherwise.'
  const cases = [
    ['A foreign Origin without Sec-Fetch-Site', foreign],
    ['Sec-Fetch-Site: cross-site without Origin', crossSite],
  ] as const
  for (const [sent, outcome] of cases) {
    if (!isRefusal(outcome))
      return fail(`${sent} got ${describe(outcome)}.`, isTokenless(outcome) ? asJson : remedy)
  }
  const allowed = isAnswer(foreign) ? foreign.headers.get('access-control-allow-origin') : null
  if (allowed === foreignOrigin || allowed === '*')
    return fail(
      'A foreign Origin is refused, but the answer has CORS headers for it.',
      'Send Access-Control-Allow-Origin only to the origins of your own pages.',
    )
  return pass(`Another site is refused with ${describe(foreign)}.`)
}

/** Checks that a request without the customer's headers learns that the customer is signed out. */
export function signedOutVerdict(outcome: Outcome): Verdict {
  const isSignedOut = isRefusal(outcome) && isAnswer(outcome) && outcome.status === 401
  if (isSignedOut) return pass("Without the customer's headers, the answer is 401 with JSON.")
  const got = `Without the customer's headers, the endpoint sent ${describe(outcome)}.`
  if (!isTokenless(outcome))
    return fail(got, 'Require a signed-in customer or a guest session, and answer 401 otherwise.')
  return fail(got, 'Answer 401 with JSON to a customer who is signed out: no redirect, and no page.')
}

/** Checks that a customer gets no token for another customer's checkout. */
export function otherCheckoutVerdict(outcome: Outcome): Verdict {
  if (isRefusal(outcome)) return pass(`Another checkout is refused with ${describe(outcome)}.`)
  return fail(
    `Another checkout_id got ${describe(outcome)}.`,
    isTokenless(outcome)
      ? asJson
      : 'Check on the server that the checkout belongs to the signed-in customer, and answer 403 otherwise.',
  )
}

function isTokenless(outcome: Outcome): boolean {
  return !isAnswer(outcome) || !carriesToken(outcome)
}

/** Checks that the page of another origin may send its request and read the answer. */
export function corsVerdict(
  preflight: Outcome,
  base: Outcome,
  origin: string,
  names: readonly string[],
): Verdict {
  const remedy = `Answer OPTIONS with Access-Control-Allow-Origin: ${origin}, Access-Control-Allow-Credentials: true and the names in Access-Control-Request-Headers, and POST with the first two.`
  if (!isAnswer(preflight) || preflight.status < 200 || preflight.status > 299)
    return fail(`The preflight got ${describe(preflight)}.`, remedy)
  const allowed = listOf(preflight.headers.get('access-control-allow-headers'))
  const missing = names.filter((name) => !allowed.includes(name))
  const refused =
    refusedPage(preflight, origin) ??
    (missing.length > 0 ? `does not allow the headers ${missing.join(', ')}` : undefined)
  if (refused) return fail(`The answer to the preflight ${refused}.`, remedy)
  const unreadable = isAnswer(base) ? refusedPage(base, origin) : undefined
  if (unreadable) return fail(`The answer with the token ${unreadable}.`, remedy)
  return pass(`Pages of ${origin} may send the request, also with headers for tracing.`)
}

function refusedPage({ headers }: { headers: Headers }, origin: string): string | undefined {
  if (headers.get('access-control-allow-origin') !== origin) return 'does not allow the origin of the page'
  // A wildcard does not work for a request with cookies (the Fetch standard, "CORS protocol and credentials").
  return headers.get('access-control-allow-credentials') === 'true' ? undefined : 'does not allow cookies'
}

function listOf(value: string | null): string[] {
  return (value ?? '').split(',').map((name) => name.trim().toLowerCase())
}
