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

test('a guide writes files and runs commands in the current folder', async () => {
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

test('a missing expected text fails with its line and the shown text', async () => {
  const guide = `${fence}sh\necho one\n${fence}\n\n${fence}text expect\ntwo\n${fence}\n`
  await expect(follow(guide)).rejects.toThrow('line 6: "two" should be shown, but this is:\none')
})

test('a failing command ends the guide with the line of the command', async () => {
  const guide = `${fence}sh\nfalse\n${fence}\n\n${fence}js file=later.js\n${fence}\n`
  await expect(follow(guide)).rejects.toThrow('line 2: `bash -c false` failed')
  expect(existsSync(join(base, 'reader/later.js'))).toBe(false)
})

test('a guide writes no file outside its own folder', async () => {
  const guide = `${fence}js file=../out.js\n${fence}\n\n${fence}sh\ntrue\n${fence}\n`
  await expect(follow(guide)).rejects.toThrow('../out.js is outside')
})

test('a guide that writes a client secret to a file that git would commit fails', async () => {
  const secret = `${fence}ini file=.env\nSECRET=emulator-secret-never\n${fence}\n`
  const ignored = `${fence}text file=.gitignore\n.env\n${fence}\n`
  await expect(follow(`${secret}\n${fence}sh\ntrue\n${fence}\n`)).rejects.toThrow('.env contains the client')
  rmSync(join(base, 'reader'), { recursive: true })
  await follow(`${secret}\n${ignored}\n${fence}sh\ntrue\n${fence}\n`)
})

test('a background command runs until the end of the guide', async () => {
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

test('a background command that ends too early fails the guide', async () => {
  const guide = `${fence}sh background\necho gone\n${fence}\n\n${fence}text expect\nready\n${fence}\n\n${fence}sh\ntrue\n${fence}\n`
  await expect(follow(guide)).rejects.toThrow('line 6: `echo gone` has ended:\ngone')
})
