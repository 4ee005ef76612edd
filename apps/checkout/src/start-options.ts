import { parseArgs } from 'node:util'

import { forageTarget, type ForageTarget } from './forage-target.ts'
import { StartError } from './start-error.ts'

export interface StartOptions {
  /** Of the shop. */
  port: number
  isDev: boolean
  target: ForageTarget
}

const defaultPort = 5173

/** What the flags and the environment ask for. Throws `StartError` with a sentence. */
export function startOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): StartOptions {
  const { port, dev } = flags(args)
  return { port: portOf(port ?? env['PORT'] ?? ''), isDev: dev, target: forageTarget(env) }
}

function flags(args: readonly string[]): { port?: string | undefined; dev: boolean } {
  try {
    const { values } = parseArgs({
      // `npm start -- --port 1` and `pnpm start -- --port 1` differ in whether they hand on the `--`.
      args: args.filter((argument) => argument !== '--'),
      options: { port: { type: 'string' }, dev: { type: 'boolean', default: false } },
    })
    return values
  } catch (error) {
    throw new StartError(`${(error as Error).message} Known flags: --port NUMBER, --dev.`)
  }
}

function portOf(text: string): number {
  if (text === '') return defaultPort
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new StartError(`The port has to be a whole number from 0 to 65535, got "${text}".`)
}
