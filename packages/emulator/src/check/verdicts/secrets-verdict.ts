import { tokenOf, type Answer } from '../answer.ts'
import type { Settings } from '../check-options.ts'
import { fail, pass, skip, type Verdict } from '../endpoint-check.ts'
import { isAuthenticationToken, tokensIn } from '../token-shape.ts'

/** Shorter values are words of a sentence, too. */
const SHORTEST = 8

type Client = Pick<Settings, 'clientId' | 'clientSecret'>

/** Checks that no answer has a credential of the merchant in its headers or in its body. */
export function secretsVerdict(answers: readonly Answer[], client: Client): Verdict {
  if (answers.length === 0) return skip('Not checked: there was no answer.')
  const places = answers.flatMap(placesOf)
  const secrets = secretsOf(client)
  for (const { place, text } of places) {
    const found = secrets.find(([, values]) => values.some((value) => text.includes(value)))
    if (found) return leaked(found[0], place)
    if (tokensIn(text).some(isAuthenticationToken)) return leaked('an authentication token', place)
  }
  const advice =
    secrets.length < 3 ? ' Set FORAGE_CLIENT_ID and FORAGE_CLIENT_SECRET to look for these as well.' : ''
  return pass(`No credential is in the ${answers.length} answers.${advice}`)
}

function leaked(secret: string, place: string): Verdict {
  return fail(
    `There is ${secret} in ${place}.`,
    'Remove it from every answer, errors included. Replace a secret or a token at Forage: it may be in logs and caches.',
  )
}

/** Returns the texts of an answer, each with its place. The token itself is left out: `token-kind` judges it. */
function placesOf(answer: Answer): { place: string; text: string }[] {
  const token = tokenOf(answer)
  const { headers, status, text } = answer
  const body = token === undefined ? text : text.replace(JSON.stringify(token), '""')
  return [
    ...Array.from(headers, ([name, value]) => ({ place: `the header ${name} of a ${status}`, text: value })),
    { place: `the body of a ${status}`, text: body },
  ]
}

/** Returns the values to look for: also the forms in which the client signs in. */
function secretsOf({ clientId, clientSecret }: Client): [name: string, values: string[]][] {
  const present = (value: string | undefined): value is string => (value?.length ?? 0) >= SHORTEST
  const found: [string, string[]][] = []
  if (present(clientId)) found.push(['the client ID', [clientId, encodeURIComponent(clientId)]])
  if (present(clientSecret))
    found.push([
      'the client secret',
      [clientSecret, encodeURIComponent(clientSecret), JSON.stringify(clientSecret).slice(1, -1)],
    ])
  if (clientId !== undefined && clientSecret !== undefined)
    found.push(['the encoded client ID and secret', [base64(`${clientId}:${clientSecret}`)]])
  return found
}

function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))
}
