// Checks the packages in Next.js with the emulator: the contents of its bundles, and its page in Chromium. The sources
// are in next-app/.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { chromium, type Page, type Response } from 'playwright'

import { fingerprint } from '../../packages/core/src/shared/fingerprint.ts'
import { expectNoTokenLeak } from '../../packages/core/src/testing/index.ts'
import { startEmulator, type RunningEmulator } from '../../packages/emulator/src/node.ts'
import { availableEngines, chromiumLaunch } from '../toolchain/browsers.ts'
import { checkFreshApp, expectText, skip, type FreshApp } from './fresh-app.ts'

const endpoint = '/api/forage/session-token'
const cards = '/api/payment_methods/'

/**
 * Returns the variables for the server. The build gets them too, so that the check sees whether a bundle contains one.
 */
function environment({ emulator, url }: RunningEmulator): Record<string, string> {
  return {
    NEXT_TELEMETRY_DISABLED: '1',
    FORAGE_API_URL: url,
    FORAGE_CLIENT_ID: emulator.clientId,
    FORAGE_CLIENT_SECRET: emulator.clientSecret,
    FORAGE_MERCHANT_ACCOUNT: `mid/${emulator.merchants[0]?.id}`,
  }
}

/** Returns the contents of all files that Next sends to browsers. */
function clientBundles(folder: string): string {
  const files = globSync('.next/static/**/*.*', { cwd: folder })
  return files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n')
}

function checkBundles(folder: string, { emulator }: RunningEmulator): void {
  const bundles = clientBundles(folder)
  assert(bundles.includes('Save the card'), 'The bundles for browsers do not contain the page.')
  for (const secret of [emulator.clientId, emulator.clientSecret, '/o/token/'])
    assert(!bundles.includes(secret), `The bundles for browsers contain "${secret}".`)
}

interface RunningApp extends AsyncDisposable {
  readonly url: string
}

async function start({ folder, env, signal }: FreshApp): Promise<RunningApp> {
  const next = spawn(process.execPath, ['node_modules/next/dist/bin/next', 'start', '--port', '0'], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    signal,
  })
  // The signal ends the process with this error.
  next.on('error', () => {})
  const ended = once(next, 'close')
  const dispose = async (): Promise<void> => {
    next.kill()
    await ended
  }
  let output = ''
  for await (const text of next.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    output += text
    const [url] = /http:\/\/localhost:\d+/.exec(output) ?? []
    if (url === undefined || !output.includes('Ready')) continue
    next.stdout.resume()
    return { url, [Symbol.asyncDispose]: dispose }
  }
  throw new Error(`\`next start\` ended: ${output}`)
}

/** Returns the tokens in the page that the server sent, by fingerprint. */
async function tokensIn(response: Response): Promise<Map<string, string>> {
  const tokens = (await response.text()).match(/\b[a-z]+_[\w-][\w.=-]{19,}/g) ?? []
  return new Map(tokens.map((token) => [fingerprint(token), token]))
}

interface Visit {
  page: Page
  messages: string[]
  paths: string[]
}

function watch(page: Page): Visit {
  const visit: Visit = { page, messages: [], paths: [] }
  page.on('console', (message) => visit.messages.push(message.text()))
  page.on('pageerror', (error) => visit.messages.push(error.message))
  page.on('request', (request) => visit.paths.push(new URL(request.url()).pathname))
  return visit
}

const tokenRequests = ({ paths }: Visit): number => paths.filter((path) => path === endpoint).length

/** Returns the status and the token of each request that creates a card. */
function cardAnswers({ emulator }: RunningEmulator): { status: number; token: string | undefined }[] {
  const requests = emulator.control.requests().filter(({ path }) => path === cards)
  return requests.map(({ status, fingerprint: token }) => ({ status, token }))
}

async function checkPage(visit: Visit, url: string, running: RunningEmulator): Promise<void> {
  const { page, messages, paths } = visit
  const { control } = running.emulator
  const response = await page.goto(`${url}/checkout`)
  assert(response)
  assert.match(response.headers()['cache-control'] ?? '', /\bno-store\b/)
  const inPage = await tokensIn(response)
  const authentication = control.requests().find(({ path }) => path === '/api/session_token/')?.fingerprint
  assert(
    authentication !== undefined && !inPage.has(authentication),
    'The page contains the authentication token.',
  )

  await expectText(page, 'token ready')
  await page.getByRole('button').click()
  await expectText(page, 'answers 201')
  const [first] = cardAnswers(running)
  assert(
    first?.token !== undefined && inPage.has(first.token),
    'The page did not use the token that it came with.',
  )
  assert.equal(tokenRequests(visit), 0, 'The page requested a token although it came with one.')
  // React must not warn about the markup from the server.
  assert.deepEqual(messages, [])

  control.fault({ kind: 'reject', count: 1, path: cards })
  await page.getByRole('button').click()
  await expectText(page, 'answers 201 201')
  assert.equal(tokenRequests(visit), 1)
  const answers = cardAnswers(running)
  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 401, 201],
  )
  assert.notEqual(answers[2]?.token, first.token)
  assert.deepEqual(control.counts().authenticationTokens, 1)

  const tokens = [...inPage.values()]
  const { origins, cookies } = await page.context().storageState()
  const history: unknown = await page.evaluate(() => window.history.state as unknown)
  expectNoTokenLeak({
    tokens,
    text: await page.innerText('body'),
    origins,
    cookies,
    history,
    messages,
    paths,
  })
}

async function open(app: FreshApp, running: RunningEmulator): Promise<void> {
  await using next = await start(app)
  const own = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false }
  const browser = await chromium.launch({ ...chromiumLaunch, ...own })
  app.signal.addEventListener('abort', () => void browser.close())
  try {
    await checkPage(watch(await browser.newPage()), next.url, running)
  } finally {
    await browser.close()
  }
}

const running = await startEmulator({ port: 0 })

await checkFreshApp({
  name: 'next-app',
  packages: [
    '@tanstack/react-query',
    '@types/node',
    '@types/react',
    '@types/react-dom',
    'ky',
    'react',
    'react-dom',
    'typescript',
  ],
  env: environment(running),
  async check(app) {
    await app.run('npx', 'next', 'build')
    checkBundles(app.folder, running)
    if (availableEngines().has('chromium')) await open(app, running)
    else skip('Chromium is not installed, so the Next.js application was built but not opened.')
  },
})

await running.close()
