import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { countUnhandledRejections, usage, type Usage } from './usage.ts'

/** A module of this folder in a process of its own. It is sent `settings`, and answers once, when it is ready. */
export interface ServerProcess<Ready> {
  readonly ready: Ready
  usage(): Promise<Usage>
  /** At once, as a machine that fails. */
  kill(): Promise<void>
}

export async function startProcess<Ready>(module: string, settings: object): Promise<ServerProcess<Ready>> {
  const path = fileURLToPath(new URL(module, import.meta.url))
  const child = fork(path, { serialization: 'advanced' })
  const ask = async (message: object): Promise<unknown> => {
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
    ready: (await ask(settings)) as Ready,
    usage: () => ask({}) as Promise<Usage>,
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

/** In the process: what it was sent. It ends with the process that started it; whatever comes later asks for its usage. */
export async function settingsOf<Settings>(): Promise<Settings> {
  countUnhandledRejections()
  process.once('disconnect', () => process.exit())
  const [settings] = (await once(process, 'message')) as [Settings]
  process.on('message', () => void usage().then((used) => process.send?.(used)))
  return settings
}
