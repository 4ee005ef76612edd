import { startEmulator, type RunningEmulator } from '@forage-session/emulator/node'
import { chromium, firefox, type Browser, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { availableEngines, chromiumLaunch, firefoxLaunch } from '../../../../scripts/toolchain/browsers.ts'

let running: RunningEmulator

beforeAll(async () => {
  running = await startEmulator({ port: 0 })
})
afterAll(() => running.close())

async function post(path: string, token: string, body: unknown): Promise<unknown> {
  const response = await fetch(running.url + path, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': crypto.randomUUID(),
      'Merchant-Account': '9000055',
    },
    body: JSON.stringify(body),
  })
  return await response.json()
}

async function authenticationToken(): Promise<string> {
  const { clientId, clientSecret } = running.emulator
  const response = await fetch(`${running.url}/o/token/`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'hosted_checkout pinpad_only',
    }),
  })
  return ((await response.json()) as { access_token: string }).access_token
}

interface Session {
  readonly ref: string
  readonly redirect_url: string
}

interface Checkout extends Session {
  readonly token: string
  status(): Promise<string>
}

/** Serves the shop from the vault's port, because the shop has to be another origin than the API. */
async function openSession(path: string, fields: object): Promise<Checkout> {
  const token = await authenticationToken()
  const session = (await post(path, token, {
    delivery_address: {
      city: 'San Francisco',
      country: 'US',
      line1: '1856 Market St.',
      state: 'CA',
      zipcode: '94102',
    },
    success_redirect_url: `http://localhost:${new URL(running.vaultUrl).port}/shop/receipt`,
    cancel_redirect_url: `http://localhost:${new URL(running.vaultUrl).port}/shop/cart`,
    ...fields,
  })) as Session
  const headers = { Authorization: `Bearer ${token}`, 'Merchant-Account': '9000055' }
  const status = async (): Promise<string> => {
    const response = await fetch(`${running.url}/api/orders/${session.ref}/`, { headers })
    return ((await response.json()) as { status: string }).status
  }
  return { ...session, token, status }
}

const refused: string[] = []

/** Opens a page on a small phone and records the violations of its policy. */
async function openPage(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } })
  const page = await context.newPage()
  page.on('console', (message) => {
    if (/Content.Security.Policy/.test(message.text())) refused.push(message.text())
  })
  await page.goto(url)
  return page
}

const engines = {
  chromium: () => chromium.launch(chromiumLaunch),
  firefox: () => firefox.launch(firefoxLaunch),
}

describe.each(['chromium', 'firefox'] as const)('the hosted page in %s', (engine) => {
  const isHere = availableEngines().has(engine)
  let browser: Browser
  beforeAll(async () => {
    if (isHere) browser = await engines[engine]()
  })
  afterAll(async () => {
    if (isHere) await browser.close()
    if (refused.length > 0) throw new Error(refused.join('\n'))
  })

  test.skipIf(!isHere)(
    'a customer gets from POST /api/sessions/ over the hosted page to the receipt',
    async () => {
      const checkout = await openSession('/api/sessions/', {
        snap_total: '25.99',
        ebt_cash_total: '20.00',
        remaining_total: '5.99',
      })
      const page = await openPage(browser, checkout.redirect_url)
      expect(await page.getByRole('definition').allTextContents()).toEqual([
        '$25.99',
        '$20.00',
        '$5.99',
        '$51.98',
      ])
      await page.getByLabel('EBT card number').fill('6777 7777 7777 1234')
      await page.getByLabel('EBT card PIN').fill('0000')
      await page.getByRole('button', { name: 'Pay $51.98' }).click()

      const alert = page.getByRole('alert')
      expect(await alert.textContent()).toContain('ebt_error_55')
      expect(await checkout.status()).toBe('failed')
      expect(await page.getByLabel('EBT card PIN').inputValue()).toBe('')

      // The card is known now, so only the PIN has to be typed.
      await page.getByLabel('EBT card PIN').fill('1234')
      await page.getByLabel('EBT card PIN').press('Enter')
      await page.waitForURL('**/shop/receipt')
      expect(await checkout.status()).toBe('succeeded')
      await page.context().close()
    },
  )

  test.skipIf(!isHere)('the hosted balance page checks a balance with the PIN alone', async () => {
    const token = await authenticationToken()
    const card = { type: 'ebt', card: { number: '9999420000000001' }, customer_id: engine }
    const { ref } = (await post('/api/payment_methods/', token, card)) as { ref: string }
    const session = await openSession('/api/balance_sessions/', { payment_method: ref })
    const page = await openPage(browser, session.redirect_url)
    await page.getByLabel('EBT card PIN').fill('1234')
    await page.getByRole('button', { name: 'Check balance' }).click()
    await page.waitForURL('**/shop/receipt')
    const headers = { Authorization: `Bearer ${token}` }
    const response = await fetch(`${running.url}/api/payment_methods/${ref}/`, { headers })
    expect(await response.json()).toMatchObject({ balance: { snap: '1000.00' } })
    await page.context().close()
  })

  test.skipIf(!isHere)(
    'the hosted page fits a phone of 360 px, shows no token and lets the customer go back',
    async () => {
      const checkout = await openSession('/api/sessions/', {
        snap_total: '9999.00',
        ebt_cash_total: '9999.00',
      })
      const page = await openPage(browser, checkout.redirect_url)
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      expect(width).toBeLessThanOrEqual(360)
      expect((await page.content()) + page.url()).not.toContain(checkout.token)
      await page.getByRole('link', { name: 'Cancel and go back' }).click()
      await page.waitForURL('**/shop/cart')
      expect(await checkout.status()).toBe('draft')
      await page.context().close()
    },
  )
})
