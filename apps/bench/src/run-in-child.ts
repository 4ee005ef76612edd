import { fork } from 'node:child_process'

const limitMs = 120_000

/**
 * Runs a module in a separate process and returns the message that the module sends. Peers therefore share neither
 * a clock nor modules.
 */
export async function runInChild<T>(module: URL, args: readonly string[]): Promise<T> {
  return await new Promise((resolve, reject) => {
    const child = fork(module, args, { timeout: limitMs, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    let said = ''
    child.stderr?.on('data', (data) => (said += String(data)))
    child.on('message', (answer) => resolve(answer as T))
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}.\n${said}`)))
  })
}
