import { searchableText, tokenOf, type Answer } from '../answer.ts'
import type { Settings } from '../check-options.ts'
import { fail, pass, type Verdict } from '../endpoint-check.ts'
import { isAuthenticationToken, tokensIn } from '../token-shape.ts'

/** Shorter values are words of a sentence, too. */
const SHORTEST = 8

type Client = Pick<Settings, 'clientId' | 'clientSecret'>

/** Checks that no answer has a credential of the merchant in its headers or in its body. */
export function secretsVerdict(answers: readonly Answer[], client: Client): Verdict {
  const texts = answers.map(textWithoutSessionToken)
  const remedy =
    'Remove it from every answer, headers and errors included, and replace it at Forage: it may be in logs and caches.'
  for (const [name, values] of secretsOf(client)) {
    if (texts.some((text) => values.some((value) => text.includes(value))))
      return fail(`An answer has the ${name} in it.`, remedy)
  }
  if (texts.some((text) => tokensIn(text).some(isAuthenticationToken)))
    return fail('An answer has an authentication token in it.', remedy)
  const names = secretsOf(client).map(([name]) => name)
  const ignored =
    names.length < 2
      ? ' Set FORAGE_CLIENT_ID and FORAGE_CLIENT_SECRET to search for the client ID and its secret as well.'
      : ''
  return pass(`No credential is in the ${answers.length} answers.${ignored}`)
}

/** `token-kind` judges the token itself. */
function textWithoutSessionToken(answer: Answer): string {
  const token = tokenOf(answer)
  const text = searchableText(answer)
  return token === undefined ? text : text.replace(JSON.stringify(token), '""')
}

/** Returns the values to look for: also the forms in which the client signs in. */
function secretsOf({ clientId, clientSecret }: Client): [name: string, values: string[]][] {
  const present = (value: string | undefined): value is string => (value?.length ?? 0) >= SHORTEST
  const found: [string, string[]][] = []
  if (present(clientId)) found.push(['client ID', [clientId, encodeURIComponent(clientId)]])
  if (present(clientSecret))
    found.push([
      'client secret',
      [clientSecret, encodeURIComponent(clientSecret), JSON.stringify(clientSecret).slice(1, -1)],
    ])
  if (clientId !== undefined && clientSecret !== undefined)
    found.push(['credentials of the client', [base64(`${clientId}:${clientSecret}`)]])
  return found
}

function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))
}
