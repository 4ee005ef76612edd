import { createInterface } from 'node:readline/promises'

import { withoutTokens } from '../../shared/redaction.ts'
import { NotConfirmed } from '../outcome.ts'

/** The output of the command, and the person who may answer its question. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
  /** Undefined if no person is at the terminal. */
  ask: ((question: string) => Promise<string>) | undefined
}

/** Returns the terminal of this process. It replaces each of the `secrets`, and every token, as the last safeguard. */
export function processTerminal(secrets: readonly string[]): Terminal {
  const without = (text: string): string =>
    withoutTokens(secrets.reduce((kept, secret) => kept.replaceAll(secret, '[secret]'), text))
  return {
    out: (text) => void process.stdout.write(`${without(text)}\n`),
    err: (text) => void process.stderr.write(`${without(text)}\n`),
    ask: process.stdin.isTTY && process.stderr.isTTY ? askPerson : undefined,
  }
}

// The question goes to the error stream, so that a pipe gets only the result.
async function askPerson(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await lines.question(question)
  } finally {
    lines.close()
  }
}

/** Resolves once a person has typed `word`, or at once with `--yes`. Rejects with `NotConfirmed`. */
export async function confirmed(
  { ask }: Terminal,
  { yes, harm, word }: { yes: boolean; harm: string; word: string },
): Promise<void> {
  if (yes) return
  if (!ask) throw new NotConfirmed(`${harm} No one is at the terminal to confirm: add --yes to proceed.`)
  const answer = await ask(`${harm}\nType "${word}" to proceed: `)
  if (answer.trim() !== word) throw new NotConfirmed('Nothing was done.')
}
