import { parseArgs } from 'node:util'

import { forageTarget, type ForageTarget } from './forage-target.ts'
import { StartError } from './start-error.ts'

export interface StartOptions {
  /** The shop's port. */
  port: number
  /** Whether a later port may be used: the user did not choose this one. */
  mayUseNextPort: boolean
  isDev: boolean
  target: ForageTarget
  /** The folder that keeps orders and the authentication token across restarts. Default: a folder of the sample. */
  state: string | undefined
  /** Whether to delete what an earlier start kept. */
  isFresh: boolean
  /** The number of backend instances. */
  instances: number
  /** The Redis that the instances share. */
  redisUrl: string | undefined
}

const defaultPort = 5173

/** Reads the flags and the environment. Throws `StartError` if one is invalid. */
export function startOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): StartOptions {
  const { port, dev, state, fresh, instances } = flags(args)
  const redisUrl = env['REDIS_URL'] || undefined
  const chosenPort = port || env['PORT'] || undefined
  return {
    // The command that installs what is missing looks for a free port first, and sets FREE_PORT.
    port: portOf(chosenPort ?? env['FREE_PORT'] ?? ''),
    mayUseNextPort: chosenPort === undefined,
    isDev: dev,
    target: forageTarget(env),
    state,
    isFresh: fresh,
    instances: instancesOf(instances, redisUrl),
    redisUrl,
  }
}

interface Flags {
  port?: string | undefined
  dev: boolean
  state?: string | undefined
  fresh: boolean
  instances: string
}

function flags(args: readonly string[]): Flags {
  try {
    const { values } = parseArgs({
      // `pnpm start -- --port 1` passes the `--` on, `npm start -- --port 1` does not.
      args: args.filter((argument) => argument !== '--'),
      options: {
        port: { type: 'string' },
        dev: { type: 'boolean', default: false },
        state: { type: 'string' },
        fresh: { type: 'boolean', default: false },
        instances: { type: 'string', default: '1' },
      },
    })
    return values
  } catch (error) {
    throw new StartError(
      `${(error as Error).message} Known flags: --port NUMBER, --state FOLDER, --fresh, --instances NUMBER, --dev.`,
    )
  }
}

function portOf(text: string): number {
  if (text === '') return defaultPort
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new StartError(`The port must be a whole number from 0 to 65535, got "${text}".`)
}

function instancesOf(text: string, redisUrl: string | undefined): number {
  if (!/^[1-9]$/.test(text)) throw new StartError(`--instances must be a number from 1 to 9, got "${text}".`)
  if (text !== '1' && redisUrl === undefined)
    throw new StartError('Several instances share their tokens in Redis: set REDIS_URL, or use one instance.')
  return Number(text)
}
