import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A module of this folder in a process of its own. It is sent `settings`, and answers once, when it is ready. */
export interface ServerProcess<Ready> {
  readonly ready: Ready
  /** At once, as a machine that fails. */
  kill(): Promise<void>
}

export async function startProcess<Ready>(module: string, settings: object): Promise<ServerProcess<Ready>> {
  const child = fork(fileURLToPath(new URL(module, import.meta.url)), { serialization: 'advanced' })
  child.send(settings)
  const [ready] = (await Promise.race([once(child, 'message'), failed(child, module)])) as [Ready]
  return {
    ready,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
    },
  }
}

async function failed(child: ChildProcess, module: string): Promise<never> {
  const [code] = (await once(child, 'exit')) as [number | null]
  throw new Error(`${module} ended before it was ready, with ${code}`)
}

/** In the process: what it was sent. It ends with the process that started it. */
export async function settingsOf<Settings>(): Promise<Settings> {
  process.once('disconnect', () => process.exit())
  const [settings] = (await once(process, 'message')) as [Settings]
  return settings
}
