import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const root: string = fileURLToPath(new URL('..', import.meta.url))

export interface CommandOutcome {
  /** `null`: ended by a signal. */
  code: number | null
  /** What it said, on both of its streams. */
  output: string
}

export interface CommandOptions {
  /** Default: the root of the repository. */
  cwd?: string
  /** Added to this process's own environment. */
  env?: Record<string, string>
  /** Ends the command with everything it started. */
  signal?: AbortSignal
  /** Called with what it says while it runs. */
  onOutput?: (text: string) => void
}

/** A browser that is being closed gets this long before it is killed. */
const graceMs = 5000

/** A pipe is not a terminal to the command, but what it says may be shown on ours. */
const colors: Record<string, string> = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal)
  } catch {
    // Gone already.
  }
}

/** Asks a command and all it started to end, as Ctrl-C does, and then insists. */
function end(child: ChildProcess): void {
  signalGroup(child, 'SIGINT')
  const insist = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs)
  child.once('exit', () => clearTimeout(insist))
}

/** Runs a command of the PATH to its end, in a process group of its own, and keeps what it says. */
export function runCommand(
  command: string,
  args: readonly string[],
  { cwd = root, env, signal, onOutput }: CommandOptions = {},
): Promise<CommandOutcome> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...colors, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      shell: process.platform === 'win32',
    })
    const onAbort = (): void => end(child)
    if (signal?.aborted) onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
    let output = ''
    const collect = (data: Buffer): void => {
      output += data.toString()
      onOutput?.(data.toString())
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    const settle = (code: number | null): void => {
      signal?.removeEventListener('abort', onAbort)
      resolve({ code, output })
    }
    child.once('error', (error) => {
      output += `${command} does not start: ${error.message}\n`
      settle(1)
    })
    child.once('close', settle)
  })
}

/** The same for a command that has to succeed: throws what it said otherwise. */
export async function mustRun(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { code, output } = await runCommand(command, args, options)
  options.signal?.throwIfAborted()
  if (code !== 0) throw new Error(`\`${[command, ...args].join(' ')}\` failed:\n${output.trimEnd()}`)
  return output
}
