import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import type { GuideStep } from './guide-steps.ts'

/** The start of every client secret in a guide. All of them are the emulator's. */
export const clientSecret = 'emulator-secret-'

/**
 * Returns a sentence for each command with a client secret, because a shell keeps its commands: a reader does with the
 * real secret what the guide does with the emulator's.
 */
export function secretsInCommands(steps: readonly GuideStep[]): string[] {
  return steps.flatMap((step) => {
    const commands = step.kind === 'run' ? step.commands : step.kind === 'start' ? [step.command] : []
    return commands
      .filter((command) => command.includes(clientSecret))
      .map(() => `The command in line ${step.line} contains the client secret.`)
  })
}

/** Returns a sentence for each of these files that has a client secret and that git would commit. */
export function committedSecrets(files: readonly string[]): string[] {
  return [...new Set(files)]
    .filter((file) => readFileSync(file, 'utf8').includes(clientSecret) && !isIgnored(file))
    .map((file) => `${basename(file)} contains the client secret, and no .gitignore next to it names it.`)
}

function isIgnored(file: string): boolean {
  const list = join(dirname(file), '.gitignore')
  const patterns = existsSync(list) ? readFileSync(list, 'utf8').split('\n') : []
  // The last pattern that matches decides (gitignore(5)).
  const last = patterns.map((line) => line.trim()).findLast((line) => asPattern(line).test(basename(file)))
  return last !== undefined && !last.startsWith('!')
}

function asPattern(line: string): RegExp {
  const escaped = line.replace(/^!/, '').replaceAll(/[\\^$.+?()[\]{}|]/g, String.raw`\$&`)
  return new RegExp(`^${escaped.replaceAll('*', '.*')}$`)
}
