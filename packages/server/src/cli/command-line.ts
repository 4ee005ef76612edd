import { parseArgs } from 'node:util'

import { received } from '../shared/received.ts'
import { UsageError } from './outcome.ts'

export const commandNames = ['status', 'rotate', 'compromise', 'drill', 'doctor'] as const
export type CommandName = (typeof commandNames)[number]

export interface CommandLine {
  command: CommandName | 'help'
  json: boolean
  yes: boolean
  pool: string | undefined
  reason: string | undefined
  host: string | undefined
}

const options = {
  json: { type: 'boolean' },
  yes: { type: 'boolean' },
  pool: { type: 'string' },
  reason: { type: 'string' },
  host: { type: 'string' },
  help: { type: 'boolean' },
} as const

/** Reads the arguments. Throws `UsageError` for an unknown command or option. */
export function parseCommandLine(args: string[]): CommandLine {
  const { values, positionals } = parse(args)
  const { json = false, yes = false, pool, reason, host, help = false } = values
  const [name, ...rest] = positionals
  if (rest.length > 0) throw new UsageError(`Give one command at a time, without ${received(rest[0])}.`)
  const command = help || name === undefined ? 'help' : commandNames.find((known) => known === name)
  if (command) return { command, json, yes, pool, reason, host }
  throw new UsageError(`There is no command ${received(name)}. The commands are ${commandNames.join(', ')}.`)
}

function parse(
  args: string[],
): ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>> {
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** Returns the pool that `--pool` names; with a single pool, the name is optional. Throws `UsageError`. */
export function onePool(pools: object, name: string | undefined): string {
  const names = Object.keys(pools)
  if (name !== undefined && names.includes(name)) return name
  if (name === undefined && names.length === 1) return names[0]!
  const wrong = name === undefined ? 'There are several pools.' : `There is no pool ${received(name)}.`
  throw new UsageError(`${wrong} Name one with --pool: ${names.join(', ')} (FORAGE_POOLS).`)
}
