import { parseArgs } from 'node:util'

import { received } from '../shared/received.ts'
import { UsageError } from './usage-error.ts'

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

/** Throws `UsageError` on an argument that is none. */
export function parseCommandLine(args: string[]): CommandLine {
  const { values, positionals } = parse(args)
  const { json = false, yes = false, pool, reason, host, help = false } = values
  const [name, ...rest] = positionals
  if (rest.length > 0) throw new UsageError(`One command at a time, got also ${received(rest[0])}.`)
  const command = help || name === undefined ? 'help' : commandNames.find((known) => known === name)
  if (command) return { command, json, yes, pool, reason, host }
  throw new UsageError(`There is no command ${received(name)}: ${commandNames.join(', ')}.`)
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
