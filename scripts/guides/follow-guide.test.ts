import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { followGuide, type Desk } from './follow-guide.ts'
import { guideSteps } from './guide-steps.ts'
import { createPortLocks, portsInUse } from './port-locks.ts'

let base: string
beforeEach(() => void (base = mkdtempSync(join(tmpdir(), 'follow-guide-'))))
afterEach(() => rmSync(base, { recursive: true }))

const fence = '```'

async function follow(markdown: string): Promise<void> {
  const folder = join(base, 'reader')
  mkdirSync(folder)
  const openBrowser: Desk['openBrowser'] = () => Promise.reject(new Error('There is no browser.'))
  const { signal } = new AbortController()
  await followGuide(guideSteps(markdown), { folder, env: {}, ports: createPortLocks(), openBrowser, signal })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

test('files are written, and commands run, where the reader is', async () => {
  await follow(`
${fence}sh
mkdir shop
cd shop
${fence}

${fence}js file=src/hello.js
console.log('hello from ' + process.cwd().split('/').at(-1))
${fence}

${fence}sh
node src/hello.js
${fence}

${fence}text expect
hello from shop
${fence}
`)
  expect(existsSync(join(base, 'reader/shop/src/hello.js'))).toBe(true)
})

test('a promise that is not kept names its line, and what is shown instead', async () => {
  const guide = `${fence}sh\necho one\n${fence}\n\n${fence}text expect\ntwo\n${fence}\n`
  await expect(follow(guide)).rejects.toThrow('line 6: "two" should be shown, but this is:\none')
})

test('a command that fails names its line, and ends the guide', async () => {
  const guide = `${fence}sh\nfalse\n${fence}\n\n${fence}js file=later.js\n${fence}\n`
  await expect(follow(guide)).rejects.toThrow('line 2: `bash -c false` failed')
  expect(existsSync(join(base, 'reader/later.js'))).toBe(false)
})

test('no file is written outside of the reader’s folder', async () => {
  const guide = `${fence}js file=../out.js\n${fence}\n\n${fence}sh\ntrue\n${fence}\n`
  await expect(follow(guide)).rejects.toThrow('../out.js is outside')
})

test('what runs in a terminal of its own runs until the guide is over', async () => {
  const port = await freePort()
  await follow(`
${fence}js file=server.js
const { createServer } = require('node:http')
const server = createServer((_, response) => response.end('shop'))
server.listen(${port}, 'localhost', () => console.log('on http://localhost:${port}'))
${fence}

${fence}sh background
node server.js
${fence}

${fence}text expect
on http://localhost:${port}
${fence}

${fence}sh
node --eval "fetch('http://localhost:${port}').then((r) => r.text()).then(console.log)"
${fence}

${fence}text expect
shop
${fence}
`)
  expect(await portsInUse([port])).toEqual([])
})

test('a terminal that ends too early is told', async () => {
  const guide = `${fence}sh background\necho gone\n${fence}\n\n${fence}text expect\nready\n${fence}\n\n${fence}sh\ntrue\n${fence}\n`
  await expect(follow(guide)).rejects.toThrow('line 6: `echo gone` has ended:\ngone')
})
