import { isForageServerError } from '../shared/errors.ts'
import { StoreError } from '../store/store-error.ts'
import { parseCommandLine, type CommandLine } from './command-line.ts'
import { compromise } from './compromise.ts'
import { readConfiguration, type Configuration } from './configuration/configuration.ts'
import type { Variables } from './configuration/environment-variables.ts'
import { doctor } from './doctor/doctor.ts'
import { drill } from './drill/drill.ts'
import { StoreUnreachable } from './fleet/opened-store.ts'
import { help } from './help.ts'
import { exitCode, NotConfirmed, UsageError, type ExitCode, type Outcome } from './outcome.ts'
import { rotate } from './rotate.ts'
import { status } from './status.ts'
import type { Terminal } from './terminal/terminal.ts'

/** Runs the command, prints its outcome to the terminal, and returns the exit code. */
export async function runCommand(args: string[], env: Variables, terminal: Terminal): Promise<ExitCode> {
  try {
    const line = parseCommandLine(args)
    if (line.command === 'help') {
      terminal.out(help.trimEnd())
      return exitCode.done
    }
    return print(terminal, line, await outcomeOf(line, env, terminal))
  } catch (error) {
    terminal.err(`forage-tokens: ${sentence(error)}`)
    return exitCodeOf(error)
  }
}

async function outcomeOf(line: CommandLine, env: Variables, terminal: Terminal): Promise<Outcome> {
  if (line.command === 'doctor') return doctor(env)
  const configuration = configurationOf(env)
  switch (line.command) {
    case 'status':
      return status(configuration, line.pool)
    case 'rotate':
      return rotate(configuration, line.pool)
    case 'compromise':
      return compromise(configuration, line, terminal)
    default:
      return drill(configuration, line)
  }
}

function configurationOf(env: Variables): Configuration {
  const read = readConfiguration(env)
  if (read.ok) return read.configuration
  throw new UsageError(read.findings.map(({ what, remedy }) => `${what}. ${remedy}`).join('\n'))
}

function print(terminal: Terminal, { json, command }: CommandLine, { ok, facts, text }: Outcome): ExitCode {
  terminal.out(json ? JSON.stringify({ command, ok, ...facts }, undefined, 2) : text)
  return ok ? exitCode.done : exitCode.failed
}

/** Some messages of stores end with their remedy. */
function storeSentence({ message, remedy = 'Run "forage-tokens doctor".' }: StoreError): string {
  return message.endsWith(remedy) ? message : `${message.replace(/\.?$/, '.')} ${remedy}`
}

/** Returns the sentence for an error. An unexpected error appears by name: its message may hold a credential. */
function sentence(error: unknown): string {
  if (isForageServerError(error)) return `${error.message} (${error.code}). ${error.remedy}`
  if (error instanceof StoreError) return storeSentence(error)
  const isOwn = [UsageError, NotConfirmed, StoreUnreachable].some((known) => error instanceof known)
  if (error instanceof Error)
    return isOwn ? error.message : `Unexpected ${error.name}. Run "forage-tokens doctor".`
  return 'Unexpected error.'
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return exitCode.misused
  return error instanceof NotConfirmed ? exitCode.refused : exitCode.failed
}
