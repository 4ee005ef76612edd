import { startEmulator, type RunningEmulator } from '@forage-session/emulator/node'
import { chromium, type Browser, type Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'

import { chromiumLaunch } from '../../../../scripts/toolchain/browsers.ts'

let browser: Browser
let page: Page
let running: RunningEmulator
const problems: string[] = []

beforeAll(async () => {
  browser = await chromium.launch(chromiumLaunch)
})
afterAll(() => browser.close())

beforeEach(async () => {
  const webhooks = [{ url: 'http://shop.example/webhooks', secret: 'secret' }]
  running = await startEmulator({ port: 0, webhooks, fetch: async () => new Response() })
  page = await browser.newPage({ viewport: { width: 360, height: 800 } })
  problems.length = 0
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  page.on('pageerror', (error) => problems.push(error.message))
})
afterEach(async () => {
  await page.close()
  await running.close()
  if (problems.length > 0) throw new Error(problems.join('\n'))
})

async function tokens(): Promise<{ authenticationToken: string; sessionToken: string }> {
  const { url, emulator } = running
  const authorization = `Basic ${btoa(`${emulator.clientId}:${emulator.clientSecret}`)}`
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'pinpad_only' })
  const issued = await fetch(`${url}/o/token/`, { method: 'POST', headers: { authorization }, body })
  const { access_token: authenticationToken } = (await issued.json()) as { access_token: string }
  const headers = { authorization: `Bearer ${authenticationToken}`, 'merchant-account': '123ab45c67' }
  const minted = await fetch(`${url}/api/session_token/`, { method: 'POST', headers })
  const { token: sessionToken } = (await minted.json()) as { token: string }
  return { authenticationToken, sessionToken }
}

test('the control page shows requests with fingerprints and no token', async () => {
  const { authenticationToken, sessionToken } = await tokens()
  await page.goto(`${running.url}/_emulator/`)
  await page.getByText('POST /api/session_token/').waitFor()
  const html = await page.content()
  const { fingerprint } = running.emulator.control.requests().at(-1) ?? {}
  expect(html).toContain(fingerprint)
  expect(html).not.toContain(authenticationToken)
  expect(html).not.toContain(sessionToken)
  expect(html).not.toContain(running.emulator.clientSecret)
})

test('the control page shows the object that each webhook is about', async () => {
  const { url } = running
  const { authenticationToken } = await tokens()
  const post = async (path: string, body: object): Promise<{ ref: string }> => {
    const headers = {
      Authorization: `Bearer ${authenticationToken}`,
      'Content-Type': 'application/json',
      'Merchant-Account': '123ab45c67',
      'Idempotency-Key': path,
    }
    const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    return (await answer.json()) as { ref: string }
  }
  const card = { type: 'ebt', card: { number: '9999420000000001' } }
  const { ref: payment_method } = await post('/api/payment_methods/', card)
  const { ref } = await post('/api/payments/', { funding_type: 'ebt_snap', payment_method })
  await post(`/api/payments/${ref}/cancel/`, {})
  await page.goto(`${url}/_emulator/`)
  await expect
    .poll(() => page.locator('#deliveries').textContent())
    .toContain(`200 PAYMENT_STATUS_UPDATED ${ref} attempt 1 shop.example`)
})

test('the control page arms a fault by keyboard, shows it and disarms it', async () => {
  await page.goto(`${running.url}/_emulator/`)
  await page.getByLabel('Kind').selectOption('html')
  await page.getByLabel('Path begins with').focus()
  await page.keyboard.type('/o/')
  await page.keyboard.press('Enter')
  await page.getByText('html × 1').waitFor()
  expect((await fetch(`${running.url}/o/token/`, { method: 'POST' })).status).toBe(502)
  await page.getByText('502').waitFor()

  await page.getByLabel('Kind').selectOption('drop')
  await page.getByRole('button', { name: 'Arm' }).click()
  await page.getByRole('button', { name: 'Remove drop' }).press('Enter')
  await page.getByRole('button', { name: 'Remove drop' }).waitFor({ state: 'detached' })
  expect(running.emulator.control.faults()).toEqual([])
})

test('the control page shows why an invalid fault is not armed', async () => {
  await page.goto(`${running.url}/_emulator/`)
  await page.getByLabel('Kind').selectOption('latency')
  await page.getByRole('button', { name: 'Arm' }).click()
  await expect.poll(() => page.getByRole('status').textContent()).toContain('`ms` has to be given')
  problems.length = 0
})

test('the control page explains a fault and shows only the fields that the fault reads', async () => {
  await page.goto(`${running.url}/_emulator/`)
  const [code, ms, when] = [
    page.getByRole('textbox', { name: 'Code' }),
    page.getByRole('spinbutton', { name: 'ms' }),
    page.getByRole('combobox', { name: 'When' }),
  ]
  const shown = (): Promise<boolean[]> => Promise.all([code, ms, when].map((field) => field.isVisible()))
  await page.getByText('401 for the token').waitFor()
  expect(await shown()).toEqual([true, false, false])
  await code.fill('bad_signature')
  await page.getByLabel('Kind').selectOption('latency')
  await page.getByText('The answer waits').waitFor()
  expect(await shown()).toEqual([false, true, true])
  await ms.fill('900')
  await page.getByLabel('Probability').fill('0.5')
  await page.getByRole('button', { name: 'Arm' }).click()
  await page.getByText('latency × 1').waitFor()
  expect(running.emulator.control.faults()).toMatchObject([
    { fault: { kind: 'latency', ms: 900, probability: 0.5, count: 1, when: 'before' } },
  ])
  expect(running.emulator.control.faults()[0]?.fault).not.toHaveProperty('code')
})

test('the control page shows that the application is disabled, until everything is cleared', async () => {
  await page.goto(`${running.url}/_emulator/`)
  const disabled = page.getByText('The application is disabled')
  await page.getByRole('button', { name: 'Disable the application' }).click()
  await disabled.waitFor()
  await page.getByRole('button', { name: 'Forget everything' }).click()
  await disabled.waitFor({ state: 'hidden' })
  expect((await fetch(`${running.url}/_emulator/state`).then((r) => r.json())) as object).toMatchObject({
    applicationEnabled: true,
  })
})

test('the control page moves the clock and fits a phone', async () => {
  await page.goto(`${running.url}/_emulator/`)
  const before = Date.parse(`${await shownTime()}Z`)
  await page.getByRole('button', { name: '+ 1 day' }).click()
  await expect.poll(async () => Date.parse(`${await shownTime()}Z`) - before).toBeGreaterThan(86_000_000)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
})

async function shownTime(): Promise<string> {
  const now = page.locator('#now')
  await expect.poll(() => now.textContent()).not.toBe('–')
  return (await now.textContent()) ?? ''
}
