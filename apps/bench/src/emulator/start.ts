import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const tries = 7

/** The least time from the command to its first line, in ms: the ports are open by then. */
export async function startMs(): Promise<number> {
  const times: number[] = []
  for (let count = 0; count < tries; count += 1) times.push(await startOnce())
  return Math.min(...times)
}

/** From source: the built command has less to read. */
async function startOnce(): Promise<number> {
  const command = fileURLToPath(new URL('../../../../packages/emulator/src/cli.ts', import.meta.url))
  const startedAt = performance.now()
  const child = spawn(process.execPath, [command, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  const tookMs = performance.now() - startedAt
  child.kill()
  await once(child, 'exit')
  return tookMs
}
