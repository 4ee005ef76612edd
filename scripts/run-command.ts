import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const root: string = fileURLToPath(new URL('..', import.meta.url))

export interface CommandOutcome {
  /** The exit code, or `null` if a signal ended the command. */
  code: number | null
  /** The output on both streams. */
  output: string
}

export interface CommandOptions {
  /** The working directory. Default: the root of the repository. */
  cwd?: string
  /** Variables to add to this process's own environment. */
  env?: Record<string, string>
  /** Ends the command and all processes that it started. */
  signal?: AbortSignal
  /** Receives the output while the command runs. */
  onOutput?: (text: string) => void
}

/** The time that a closing browser has before it is killed. */
const graceMs = 5000

/** The command writes to a pipe, but our terminal may show its output, so it gets our color setting. */
const colors: Record<string, string> = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal)
  } catch {
    // The process has already ended.
  }
}

/** Interrupts a command and its child processes, as Ctrl-C does, and kills them after a grace period. */
function end(child: ChildProcess): void {
  signalGroup(child, 'SIGINT')
  const kill = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs)
  child.once('exit', () => clearTimeout(kill))
}

/** Runs a command of the PATH in a separate process group until it ends, and collects its output. */
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
      output += `${command} could not start: ${error.message}\n`
      settle(1)
    })
    child.once('close', settle)
  })
}

/** Runs a command that must succeed, and returns its output. Throws the output if the command fails. */
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
