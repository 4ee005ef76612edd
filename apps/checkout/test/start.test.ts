import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

import { afterEach, expect, test } from 'vitest'

const start = fileURLToPath(new URL('../src/start.ts', import.meta.url))
const children: ChildProcess[] = []

interface Started {
  child: ChildProcess
  output: () => string
}

function run(args: string[], env: Record<string, string> = {}, withChannel = false): Started {
  const child = spawn(process.execPath, [start, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(withChannel ? (['ipc'] as const) : [])],
  })
  children.push(child)
  let said = ''
  child.stdout?.on('data', (data: Buffer) => (said += data.toString()))
  child.stderr?.on('data', (data: Buffer) => (said += data.toString()))
  return { child, output: () => said }
}

async function outcome({ child, output }: Started): Promise<{ code: number | null; output: string }> {
  const [code] = (await once(child, 'exit')) as [number | null]
  return { code, output: output().trim() }
}

async function opened({ output }: Started): Promise<string> {
  await expect.poll(output, { timeout: 20_000 }).toContain('Ctrl-C ends it.')
  return /http:\/\/127\.0\.0\.1:\d+/.exec(output())?.[0] ?? ''
}

const credentials = {
  FORAGE_CLIENT_ID: 'id',
  FORAGE_CLIENT_SECRET: 'never-shown',
  FORAGE_MERCHANT_ID: '123ab45c67',
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'it prints one address, and ends with %s',
  { timeout: 30_000 },
  async (signal) => {
    const started = run(['--port', '0'])
    const url = await opened(started)
    expect(started.output().match(/http:/g)).toHaveLength(1)
    expect((await fetch(url)).status).toBe(200)
    started.child.kill(signal)
    expect((await outcome(started)).code).toBe(0)
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  },
)

test('it ends when the process that started it is gone', { timeout: 30_000 }, async () => {
  const started = run(['--port', '0'], {}, true)
  await opened(started)
  started.child.disconnect()
  expect((await outcome(started)).code).toBe(0)
})

test('a port that is taken is one sentence', { timeout: 30_000 }, async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const { code, output } = await outcome(run(['--port', String(port)]))
  taken.close()
  expect([code, output]).toEqual([
    1,
    `Port ${port} is in use: stop what listens there, or choose another one with --port (0 takes a free one).`,
  ])
})

test('credentials that are not complete are one sentence', async () => {
  const { code, output } = await outcome(run([], { FORAGE_CLIENT_ID: 'id', FORAGE_MERCHANT_ID: 'm' }))
  expect(code).toBe(1)
  expect(output).toMatch(/^FORAGE_CLIENT_SECRET is not set: set all three of .*\.$/)
})

test('a Forage that cannot be reached is one sentence, without the secret', async () => {
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port } = closed.address() as AddressInfo
  closed.close()
  await once(closed, 'close')
  const { code, output } = await outcome(
    run([], { ...credentials, FORAGE_API_URL: `http://127.0.0.1:${port}` }),
  )
  expect(code).toBe(1)
  expect(output).toMatch(/^Forage's sandbox at 127\.0\.0\.1:\d+ cannot be reached: check the network, .*\.$/)
  expect(output).not.toContain('never-shown')
})
