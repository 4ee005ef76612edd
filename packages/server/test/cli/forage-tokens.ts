import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import { DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET } from '@forage-session/emulator'

import type { Finding } from '../../src/cli/configuration/finding.ts'
import { runCommand } from '../../src/cli/run-command.ts'
import type { Terminal } from '../../src/cli/terminal/terminal.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

export const credentials: Record<'FORAGE_CLIENT_ID' | 'FORAGE_CLIENT_SECRET', string> = {
  FORAGE_CLIENT_ID: DEFAULT_CLIENT_ID,
  FORAGE_CLIENT_SECRET: DEFAULT_CLIENT_SECRET,
}

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
  /** The document that `--json` prints. */
  json: Record<string, unknown> & { findings?: Finding[] }
}

/** Runs the command in a separate process without a terminal. Rejects if it printed a secret or a token. */
export async function forageTokens(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  secrets: readonly string[] = [],
): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => void (output.stdout += String(chunk)))
  child.stderr.on('data', (chunk) => void (output.stderr += String(chunk)))
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return ended(args, code, output, secrets)
}

/** Runs the command in this process, without the safeguard that hides secrets, so that a printed secret is found. */
export async function forageTokensHere(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { secrets = [], ask }: { secrets?: readonly string[]; ask?: Terminal['ask'] } = {},
): Promise<Ended> {
  const output = { stdout: '', stderr: '' }
  const terminal: Terminal = {
    out: (text) => void (output.stdout += `${text}\n`),
    err: (text) => void (output.stderr += `${text}\n`),
    ask,
  }
  return ended(args, await runCommand([...args], env, terminal), output, secrets)
}

function ended(
  args: readonly string[],
  code: number | null,
  output: { stdout: string; stderr: string },
  secrets: readonly string[],
): Ended {
  assertNoSecret(output.stdout + output.stderr, [DEFAULT_CLIENT_SECRET, ...secrets])
  const json =
    args.includes('--json') && output.stdout !== '' ? (JSON.parse(output.stdout) as Ended['json']) : {}
  return { code, ...output, json }
}

export function ids({ json }: Ended): string[] {
  return (json.findings ?? []).map(({ id }) => id)
}

/** Matches both kinds of token: an authentication token has 30 characters after its prefix, a session token has dots. */
const token = /\b(sandbox|prod)_([A-Za-z0-9]{30}\b|\S+\.\S+\.\S+)/

function assertNoSecret(text: string, secrets: readonly string[]): void {
  if (token.test(text) || secrets.some((secret) => text.includes(secret)))
    throw new Error(`The output contains a secret:\n${text}`)
}
