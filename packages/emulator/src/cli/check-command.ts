import { parseArgs } from 'node:util'

import { checkEndpoint, type EndpointReport } from '../check/check-endpoint.ts'
import type { CheckEndpointOptions } from '../check/check-options.ts'
import { EmulatorError } from '../shared/emulator-error.ts'
import { reportText } from './check-report.ts'
import { styleOf } from './style.ts'

const HELP = `Usage: forage-emulator check URL [options]

Checks a merchant's endpoint for session tokens, in any language. It takes about 12 seconds,
and longer if the endpoint answers 429. Stop other checks meanwhile: they share its limits.

  --header "NAME: VALUE"   sign the customer in, for example --header "Cookie: session=…";
                           may be given more than once
  --checkout ID            the customer's checkout
  --other-checkout ID      a checkout of another customer
  --origin ORIGIN          origin of the page (default: the origin of URL)
  --environment NAME       sandbox, production, or an emulator's URL, which has to accept the token
  --json                   print the result as JSON
  --help                   show this text

The variables FORAGE_CLIENT_ID and FORAGE_CLIENT_SECRET name the credentials that no answer may have in it.

Exit codes: 0 every check passed, 1 a check failed, 2 an option is wrong, 3 nothing answers at URL.
`

const EXIT = { passed: 0, failed: 1, misused: 2, unreachable: 3 } as const

interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** The environment of the command. */
export interface CheckProcess {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: Output
  readonly stderr: Output
}

/** Runs `forage-emulator check`. Returns the exit code. Never rejects: an error becomes a message on stderr. */
export async function checkCommand(
  args: string[],
  { env, stdout, stderr }: CheckProcess,
  check: typeof checkEndpoint = checkEndpoint,
): Promise<number> {
  try {
    const flags = readFlags(args)
    if (flags.help) return (stdout.write(HELP), EXIT.passed)
    const { json } = flags
    const options = optionsOf(flags, env)
    if (!json && stderr.isTTY) stderr.write('Checking. This takes about 12 seconds.\n')
    const report = await check(options)
    stdout.write(json ? jsonText(report) : reportText(report, options.url, styleOf(stdout, env)))
    return report.ok ? EXIT.passed : EXIT.failed
  } catch (error) {
    const isUnreachable = error instanceof EmulatorError && error.code === 'endpoint_unreachable'
    stderr.write(`forage-emulator check: ${sentenceOf(error)}\n`)
    return isUnreachable ? EXIT.unreachable : EXIT.misused
  }
}

/** `parseArgs` adds advice that does not fit this command. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isAboutFlags = 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  if (!isAboutFlags) return error.message
  const [first = ''] = error.message.split(/\.\s/)
  return `${first.replace(/\.$/, '')}. See forage-emulator check --help.`
}

interface Flags {
  readonly url: string | undefined
  readonly headers: readonly string[]
  readonly json: boolean
  readonly help: boolean
  readonly checkout: string | undefined
  readonly otherCheckout: string | undefined
  readonly origin: string | undefined
  readonly environment: string | undefined
}

function readFlags(args: string[]): Flags {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      header: { type: 'string', multiple: true },
      checkout: { type: 'string' },
      'other-checkout': { type: 'string' },
      origin: { type: 'string' },
      environment: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  const { header: headers = [], json = false, help = false, checkout, origin, environment } = values
  const [url, second] = positionals
  if (second !== undefined) throw new Error('Give one URL at a time.')
  return {
    url,
    headers,
    json,
    help,
    checkout,
    otherCheckout: values['other-checkout'],
    origin,
    environment,
  }
}

function optionsOf(flags: Flags, env: CheckProcess['env']): CheckEndpointOptions {
  const { url, headers, checkout, otherCheckout, origin, environment } = flags
  const { FORAGE_CLIENT_ID: clientId, FORAGE_CLIENT_SECRET: clientSecret } = env
  if (url === undefined) throw new Error('Give the URL of the endpoint: forage-emulator check URL')
  return {
    url,
    headers: headersOf(headers),
    ...given({ checkoutId: checkout, otherCheckoutId: otherCheckout, origin, environment }),
    ...given({ clientId, clientSecret }),
  }
}

/** Leaves out the options without a value. */
function given<Options extends object>(options: Options): { [Name in keyof Options]?: string } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never
}

/** Two cookies are one header (RFC 6265 §5.4), and other headers are lists. */
function headersOf(texts: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of texts.map(headerOf)) {
    const earlier = headers[name]
    const separator = name.toLowerCase() === 'cookie' ? '; ' : ', '
    headers[name] = earlier === undefined ? value : earlier + separator + value
  }
  return headers
}

/** The error does not repeat the header: it may have a session in it. */
function headerOf(text: string): [name: string, value: string] {
  const colon = text.indexOf(':')
  if (colon < 1) throw new Error('--header has to be "NAME: VALUE", such as "Cookie: session=…".')
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()]
}

function jsonText(report: EndpointReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`
}
