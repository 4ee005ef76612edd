import { parseArgs } from 'node:util'

import {
  DEFAULT_PORT,
  startEmulator,
  type RunningEmulator,
  type StartEmulatorOptions,
} from '../app/start-emulator.ts'
import { parseSwitches } from '../context/switch-values.ts'
import { EmulatorError } from '../shared/emulator-error.ts'
import { testCards } from '../vault/test-cards.ts'

const DEFAULT_WEBHOOK_SECRET = 'emulator-webhook-secret'

const HELP = `Usage: forage-emulator [options]
       forage-emulator check URL [options]

Emulates the Forage Payments API, its PIN vault and the browser SDK.
"check" checks your own endpoint for session tokens; see forage-emulator check --help.

  --port NUMBER           port of the API; 0 uses a free one (default ${DEFAULT_PORT})
  --vault-port NUMBER     port of the vault (default: the next one)
  --host ADDRESS          address to listen on (default 127.0.0.1)
  --client-id TEXT        client ID of the merchant backend
  --client-secret TEXT    client secret of the merchant backend
  --merchant ID           Merchant ID; may be given more than once
  --card REF              store a test card under this ref; may be given more than once
  --seed NUMBER           the same seed gives the same refs and tokens
  --state FILE            keep the state in this SQLite file across restarts
  --switch NAME=VALUE     choose undocumented behavior of the API; may be given more than once
  --webhook URL           send webhooks to this address; may be given more than once
  --webhook-secret TEXT   key of the webhooks' signatures (default ${DEFAULT_WEBHOOK_SECRET})
  --help                  show this text
`

/** Reads the flags. Returns undefined for `--help`. Throws for an invalid flag. */
function readFlags(args: string[]): StartEmulatorOptions | undefined {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string' },
      'vault-port': { type: 'string' },
      host: { type: 'string' },
      'client-id': { type: 'string' },
      'client-secret': { type: 'string' },
      merchant: { type: 'string', multiple: true },
      card: { type: 'string', multiple: true },
      seed: { type: 'string' },
      state: { type: 'string' },
      switch: { type: 'string', multiple: true },
      webhook: { type: 'string', multiple: true },
      'webhook-secret': { type: 'string', default: DEFAULT_WEBHOOK_SECRET },
      help: { type: 'boolean' },
    },
  })
  if (values.help) return undefined
  const secret = values['webhook-secret']
  return {
    webhooks: (values.webhook ?? []).map((url) => ({ url, secret })),
    ...numberFlag('port', 'port', values.port, 65_535),
    ...numberFlag('vaultPort', 'vault-port', values['vault-port'], 65_535),
    ...numberFlag('seed', 'seed', values.seed, 0xffff_ffff),
    cards: values.card ?? [],
    ...(values.state === undefined ? {} : { state: values.state }),
    ...(values.switch === undefined ? {} : { switches: parseSwitches(values.switch) }),
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values['client-id'] === undefined ? {} : { clientId: values['client-id'] }),
    ...(values['client-secret'] === undefined ? {} : { clientSecret: values['client-secret'] }),
    ...(values.merchant === undefined ? {} : { merchants: values.merchant }),
  }
}

function numberFlag(option: string, flag: string, text: string | undefined, max: number): object {
  if (text === undefined) return {}
  if (/^\d+$/.test(text) && Number(text) <= max) return { [option]: Number(text) }
  throw new Error(`--${flag} has to be a whole number from 0 to ${max}, got "${text}".`)
}

function describe({ emulator, url, vaultUrl }: RunningEmulator): string {
  const merchants = emulator.merchants.map(({ id, fnsNumber }) => `${id} (FNS ${fnsNumber})`)
  const facts = [
    ['API', url],
    ['Vault', vaultUrl],
    ['SDK', `${url}/sdk/forage.js`],
    ['Control page', `${url}/_emulator/`],
    ['Client ID', emulator.clientId],
    ['Client secret', emulator.clientSecret],
    ['Merchants', merchants.join(', ')],
  ].map(([name, value]) => `  ${name?.padEnd(14)} ${value}`)
  const cards = testCards.map(({ number, effect }) => `  ${number.padEnd(20)} ${effect}`)
  return ['Forage emulator', ...facts, '', 'Test cards', ...cards, '', 'Ctrl-C ends it.'].join('\n')
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function fail(error: unknown, exitCode: number): void {
  process.stderr.write(`forage-emulator: ${sentence(error)}\n`)
  process.exitCode = exitCode
}

async function run(options: StartEmulatorOptions): Promise<void> {
  const running = await startEmulator(options)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void running.close())
  process.stdout.write(`${describe(running)}\n`)
}

/** Runs the command `forage-emulator`. Never throws: an error becomes a message and an exit code. */
export function command(args: string[]): void {
  try {
    const options = readFlags(args)
    if (options) run(options).catch((error: unknown) => fail(error, error instanceof EmulatorError ? 2 : 1))
    else process.stdout.write(HELP)
  } catch (error) {
    fail(error, 2)
  }
}
