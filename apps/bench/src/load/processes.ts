import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { countUnhandledRejections, usage, type Usage } from './usage.ts'

/** A module of this folder in a separate process. */
export interface ServerProcess<Ready> {
  readonly ready: Ready
  usage(): Promise<Usage>
  /** Kills the process at once, like a failing machine. */
  kill(): Promise<void>
}

/** Starts a module of this folder in a separate process, sends it `settings` and waits until it answers. */
export async function startProcess<Ready>(module: string, settings: object): Promise<ServerProcess<Ready>> {
  const path = fileURLToPath(new URL(module, import.meta.url))
  const child = fork(path, { serialization: 'advanced' })
  const request = async (message: object): Promise<unknown> => {
    const answered = new AbortController()
    const { signal } = answered
    try {
      child.send(message)
      const [answer] = (await Promise.race([
        once(child, 'message', { signal }),
        ended(child, module, signal),
      ])) as [unknown]
      return answer
    } finally {
      answered.abort()
    }
  }
  return {
    ready: (await request(settings)) as Ready,
    usage: () => request({}) as Promise<Usage>,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
    },
  }
}

async function ended(child: ChildProcess, module: string, signal: AbortSignal): Promise<never> {
  const [code] = (await once(child, 'exit', { signal })) as [number | null]
  throw new Error(`${module} ended before it answered, with ${code}`)
}

/**
 * Returns the settings that the parent sent to this process. The process ends with its parent, and answers each later
 * message with its usage.
 */
export async function settingsOf<Settings>(): Promise<Settings> {
  countUnhandledRejections()
  process.once('disconnect', () => process.exit())
  const [settings] = (await once(process, 'message')) as [Settings]
  process.on('message', () => void usage().then((used) => process.send?.(used)))
  return settings
}
