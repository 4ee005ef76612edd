import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { describe, expect, test } from 'vitest'

import { DEFAULT_CLIENT_SECRET } from '../src/index.ts'

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command to its end; a signal is sent as soon as it printed that it can be ended. */
async function command(...flags: string[]): Promise<Finished> {
  const child = spawn(process.execPath, [cli, ...flags])
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
    if (stdout.includes('Ctrl-C ends it.')) child.kill('SIGINT')
  })
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  await once(child, 'close')
  return { code: child.exitCode, stdout, stderr }
}

describe('forage-emulator', () => {
  test('prints what a newcomer needs, and Ctrl-C ends it', async () => {
    const { code, stdout, stderr } = await command('--port', '0', '--merchant', 'aaaaaaaaaa')
    expect([code, stderr]).toEqual([0, ''])
    for (const fact of [
      /API +http:\/\/127\.0\.0\.1:\d+/,
      /Vault +http:\/\/127/,
      'aaaaaaaaaa (FNS 9000055)',
      '9999 42',
    ])
      expect(stdout).toMatch(fact)
    expect(stdout).toContain(DEFAULT_CLIENT_SECRET)
  })

  test('--help explains the flags', async () => {
    expect(await command('--help')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('--vault-port'),
    })
  })

  test.each([
    [['--port', 'x'], '--port has to be a whole number from 0 to 65535, got "x".'],
    [['--nonsense'], "Unknown option '--nonsense'"],
    [['--port', '0', '--merchant', 'a b'], '`merchants` has to name at least one Merchant ID'],
  ])('%o is one sentence and exit code 2', async (flags, sentence) => {
    const { code, stderr } = await command(...flags)
    expect(code).toBe(2)
    expect(stderr).toContain(sentence)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})
