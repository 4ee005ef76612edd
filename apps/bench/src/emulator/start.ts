import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const tries = 7

export interface Starts {
  /** The time of every start after the first, when Node.js reuses its compile cache. */
  readonly usual: number
  /** The time of the first start. */
  readonly first: number
}

/** Returns the shortest time from the command to its first line, in ms. Its ports are open by then. */
export async function startMs(): Promise<Starts> {
  return { usual: await leastOf({}), first: await leastOf({ NODE_DISABLE_COMPILE_CACHE: '1' }) }
}

async function leastOf(env: Readonly<Record<string, string>>): Promise<number> {
  const times: number[] = []
  for (let count = 0; count < tries; count += 1) times.push(await startOnce({ ...process.env, ...env }))
  return Math.min(...times)
}

/** Starts the command from source. The built command has less code to read. */
async function startOnce(env: NodeJS.ProcessEnv): Promise<number> {
  const command = fileURLToPath(new URL('../../../../packages/emulator/src/cli.ts', import.meta.url))
  const startedAt = performance.now()
  const child = spawn(process.execPath, [command, '--port', '0'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  const tookMs = performance.now() - startedAt
  child.kill()
  await once(child, 'exit')
  return tookMs
}
