import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { startEmulator, type RunningEmulator } from '../../src/node.ts'

// Each test starts a process, which alone takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const command = fileURLToPath(new URL('../../conformance/conformance.ts', import.meta.url))

interface Outcome {
  readonly code: number
  readonly output: string
}

function run(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [command, ...args],
      // Without a PATH it finds no browser, which would take longer than everything else.
      { env: { PATH: '', ...env } },
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr })
      },
    )
  })
}

let running: RunningEmulator
let folder: string

beforeAll(async () => {
  running = await startEmulator({ port: 0, clientSecret: 'a-secret-of-the-sandbox' })
  folder = mkdtempSync(join(tmpdir(), 'conformance-'))
})

afterAll(async () => {
  await running.close()
  rmSync(folder, { recursive: true })
})

test('the conformance command sends only reads to another server, and writes its results without a secret', async () => {
  const file = join(folder, 'facts.json')
  const urls = ['--base-url', running.url, '--vault-url', running.vaultUrl]
  const { output } = await run([...urls, '--json', file], { FORAGE_CLIENT_SECRET: 'a-secret-of-the-sandbox' })
  expect(output).toMatch(/\n\d+ of \d+ facts covered: \d+ pass, \d+ fail, \d+ inferred, \d+ skipped\n$/)
  const json = readFileSync(file, 'utf8')
  const { facts } = JSON.parse(json) as { facts: { id: string; status: string }[] }
  expect(facts.find(({ id }) => id === '3.1/one-field')).toMatchObject({ status: 'pass' })
  expect(facts.find(({ id }) => id === '5.2/create')).toMatchObject({ status: 'skipped' })
  expect(facts.find(({ id }) => id === '7.1/factory')).toMatchObject({
    status: 'skipped',
    note: 'needs a browser: install Chromium',
  })
  for (const secret of ['a-secret-of-the-sandbox', 'sandbox_']) expect(output + json).not.toContain(secret)
  expect(
    running.emulator.control
      .requests()
      .some(({ path, status }) => path.startsWith('/api/pay') && status === 201),
  ).toBe(false)
})

test('a fact that fails makes exit code 1', async () => {
  const { code, output } = await run(['--base-url', running.url], { FORAGE_CLIENT_SECRET: 'another' })
  expect(code).toBe(1)
  expect(output).toContain('Not as documented')
})

test('a server that is not an emulator requires credentials', async () => {
  const { code, output } = await run(['--base-url', 'https://api.sandbox.example'])
  expect(code).toBe(2)
  expect(output).toBe('FORAGE_CLIENT_ID is not set. Set it to check api.sandbox.example.\n')
})

test('the merchant comes from the variable that the shop uses as well', async () => {
  const client = { FORAGE_CLIENT_ID: 'client', FORAGE_CLIENT_SECRET: 'secret' }
  const { output } = await run(['--base-url', 'https://api.sandbox.example'], client)
  expect(output).toBe('FORAGE_MERCHANT_ID is not set. Set it to check api.sandbox.example.\n')
})

test('an unknown flag makes exit code 2', async () => {
  expect(await run(['--writes'])).toMatchObject({ code: 2, output: expect.stringContaining('--writes') })
})
