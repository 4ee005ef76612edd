import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { expect, it } from 'vitest'

const child = fileURLToPath(new URL('child.ts', import.meta.url))

/** Runs a program to its end. Rejects if it fails, or does not end in time. */
async function run(program: string): Promise<string[]> {
  const args = ['--disable-warning=ExperimentalWarning', '--unhandled-rejections=strict', child, program]
  // Far longer than the program takes on a busy machine, and shorter than a deadline of 35 s that keeps it alive.
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 })
  return stdout.trim().split('\n')
}

it.each(['closed', 'not closed', 'closed during a store outage', 'closed while the store hangs'])(
  'a process with a server that is %s ends',
  async (program) => {
    expect(await run(program)).toEqual(['closed'])
  },
)

it('listeners, telemetry and hooks that reject end no process', async () => {
  expect(await run('listeners and hooks that reject')).toEqual(['200', '403', 'closed'])
})
