import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { freePort } from './free-port.mjs'

let other: Server
let taken: number

beforeEach(async () => {
  other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  taken = (other.address() as AddressInfo).port
})
afterEach(() => void other.close())

const refusal = (port: number): string =>
  `Port ${port} is in use: stop the other program, or choose another port with --port (0 uses a free port).`

test('if the usual port is in use, the next free port is used, and a sentence says so', async () => {
  const { port, note } = (await freePort(taken, [], {})) as { port: number; note: string }
  expect(port === 0 || port > taken).toBe(true)
  expect(note).toMatch(/^Ports? .* in use.* Using .* instead\.$/)
})

test('a free usual port is used without a word', async () => {
  const closed = taken
  other.close()
  await once(other, 'close')
  expect(await freePort(closed, [], {})).toEqual({ port: closed })
})

test('if a port was chosen that is in use, the refusal says what to do', async () => {
  const refused = { refusal: refusal(taken) }
  expect(await freePort(5173, ['start.ts', '--port', String(taken)], {})).toEqual(refused)
  expect(await freePort(5173, [`--port=${taken}`, '--dev'], { PORT: '0' })).toEqual(refused)
  expect(await freePort(5173, [], { PORT: String(taken) })).toEqual(refused)
})

test('a chosen port that is free, random or no number is left to the program', async () => {
  expect(await freePort(taken, ['--port', '0'], { PORT: String(taken) })).toEqual({ port: undefined })
  expect(await freePort(taken, ['--port', 'http'], {})).toEqual({ port: undefined })
})

test('a command for a port that is in use fails before anything is fetched or installed', () => {
  const clone = mkdtempSync(join(tmpdir(), 'forage-clone-'))
  const root = fileURLToPath(new URL('../..', import.meta.url))
  for (const path of ['scripts/up.mjs', 'scripts/toolchain', 'package.json', '.node-version'])
    cpSync(join(root, path), join(clone, path), { recursive: true })
  const before = readdirSync(clone)
  const args = ['scripts/up.mjs', '--free-port', '5173', 'start.ts', '--port', String(taken)]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: clone, encoding: 'utf8' })
  const after = readdirSync(clone)
  rmSync(clone, { recursive: true })
  expect([status, stdout, stderr.trim()]).toEqual([1, '', refusal(taken)])
  expect(after).toEqual(before)
})
