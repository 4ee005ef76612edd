import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, afterEach, expect, test, vi } from 'vitest'

const start = fileURLToPath(new URL('../src/start.ts', import.meta.url))
const children: ChildProcess[] = []
/** The folder that keeps the state, so that the tests do not use the one of a developer. */
const state = mkdtempSync(join(tmpdir(), 'forage-start-'))

interface Started {
  child: ChildProcess
  output: () => string
}

function run(args: string[], env: Record<string, string> = {}, withChannel = false): Started {
  const child = spawn(process.execPath, [start, '--state', state, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(withChannel ? (['ipc'] as const) : [])],
  })
  children.push(child)
  let printed = ''
  child.stdout?.on('data', (data: Buffer) => (printed += data.toString()))
  child.stderr?.on('data', (data: Buffer) => (printed += data.toString()))
  return { child, output: () => printed }
}

async function outcome({ child, output }: Started): Promise<{ code: number | null; output: string }> {
  const [code] = (await once(child, 'exit')) as [number | null]
  return { code, output: output().trim() }
}

async function opened({ output }: Started): Promise<string> {
  await expect.poll(output, { timeout: 60_000 }).toContain('Press Ctrl-C to stop.')
  return /http:\/\/127\.0\.0\.1:\d+/.exec(output())?.[0] ?? ''
}

const credentials = {
  FORAGE_CLIENT_ID: 'id',
  FORAGE_CLIENT_SECRET: 'never-shown',
  FORAGE_MERCHANT_ID: '123ab45c67',
}

// A start builds the shop, which takes long on a busy machine.
vi.setConfig({ testTimeout: 180_000 })

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
  }
})
afterAll(() => rmSync(state, { recursive: true }))

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'npm start prints one URL, names the other pages and ends with %s',
  async (signal) => {
    const started = run(['--port', '0'])
    const url = await opened(started)
    expect(started.output().match(/http:/g)).toHaveLength(1)
    for (const page of ['/store', '/control']) {
      expect(started.output()).toContain(page)
      expect((await fetch(url + page)).status).toBe(200)
    }
    expect((await fetch(url)).status).toBe(200)
    started.child.kill(signal)
    expect((await outcome(started)).code).toBe(0)
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  },
)

test('npm start ends when its parent process is gone', async () => {
  const started = run(['--port', '0'], {}, true)
  await opened(started)
  started.child.disconnect()
  expect((await outcome(started)).code).toBe(0)
})

test('if another start uses the folder that keeps the state, npm start says so in one sentence', async () => {
  await opened(run(['--port', '0']))
  const { code, output } = await outcome(run(['--port', '0']))
  expect([code, output]).toEqual([
    1,
    `Another start uses the folder "${state}", or it cannot be written: stop the other start, or choose another folder with --state.`,
  ])
})

test('if the port is in use, npm start says so in one sentence', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const { code, output } = await outcome(run(['--port', String(port)]))
  other.close()
  expect([code, output]).toEqual([
    1,
    `Port ${port} is in use: stop the other program, or choose another port with --port (0 uses a free port).`,
  ])
})

test('if the default port is in use, npm start uses the next free one', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const url = await opened(run([], { FREE_PORT: String(port) }))
  other.close()
  expect(Number(new URL(url).port)).toBeGreaterThan(port)
  expect((await fetch(url)).status).toBe(200)
})

test('if credentials are incomplete, npm start names the missing ones in one sentence', async () => {
  const { code, output } = await outcome(run([], { FORAGE_CLIENT_ID: 'id', FORAGE_MERCHANT_ID: 'm' }))
  expect(code).toBe(1)
  expect(output).toMatch(/^FORAGE_CLIENT_SECRET is not set: set all three of .*\.$/)
})

test('if Forage cannot be reached, npm start says so in one sentence without the secret', async () => {
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port } = closed.address() as AddressInfo
  closed.close()
  await once(closed, 'close')
  const { code, output } = await outcome(
    run([], { ...credentials, FORAGE_API_URL: `http://127.0.0.1:${port}` }),
  )
  expect(code).toBe(1)
  expect(output).toMatch(/^Cannot reach Forage's sandbox at 127\.0\.0\.1:\d+: check the network, .*\.$/)
  expect(output).not.toContain('never-shown')
})
