import { startEmulator, type RunningEmulator } from '@forage-session/emulator/node'
import { chromium, type Browser, type Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { chromiumLaunch } from '../../../../scripts/browsers.ts'

let browser: Browser

beforeAll(async () => {
  browser = await chromium.launch(chromiumLaunch)
})
afterAll(() => browser.close())

async function sessionToken({ url, emulator }: RunningEmulator): Promise<string> {
  const authorization = `Basic ${btoa(`${emulator.clientId}:${emulator.clientSecret}`)}`
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'pinpad_only' })
  const issued = await fetch(`${url}/o/token/`, { method: 'POST', headers: { authorization }, body })
  const { access_token: parent } = (await issued.json()) as { access_token: string }
  const headers = { authorization: `Bearer ${parent}`, 'merchant-account': '123ab45c67' }
  const minted = await fetch(`${url}/api/session_token/`, { method: 'POST', headers })
  return ((await minted.json()) as { token: string }).token
}

/** A page with the script tag, an element of that type in it, and what the script's method makes of what was typed. */
async function open(running: RunningEmulator): Promise<Page> {
  const page = await browser.newPage()
  const token = await sessionToken(running)
  await page.goto(`${running.url}/_emulator/counts`)
  await page.setContent(`<div id="place"></div><script src="${running.url}/sdk/forage.js"></script>`)
  await page.waitForFunction('window.Forage')
  await page.evaluate(
    `window.forage = Forage(${JSON.stringify({ merchantId: 'mid/123ab45c67', sessionToken: token, customerId: 'c-1' })})`,
  )
  return page
}

async function submit(
  page: Page,
  type: string,
  digits: string,
  method: string,
  ref?: string,
): Promise<unknown> {
  await page.evaluate(`new Promise((ready) => {
    window.element?.destroy()
    window.element = forage.create(${JSON.stringify(type)})
    element.on('ready', ready)
    element.mount('place')
  })`)
  await page
    .frameLocator('iframe')
    .getByRole('textbox')
    .or(page.frameLocator('iframe').locator('input'))
    .first()
    .fill(digits)
  return await page.evaluate(
    `forage[${JSON.stringify(method)}](element, ${JSON.stringify(ref)}).catch((error) => error.errors ? error : { name: error.name, code: error.code })`,
  )
}

test('the names of before 2024 do what those of today do', async () => {
  const running = await startEmulator({ port: 0 })
  const page = await open(running)
  const card = await submit(page, 'ebt_card_tokenize_number', '9999420000000001', 'tokenizeEbtCardNumber')
  expect(card).toMatchObject({ type: 'ebt', customer_id: 'c-1' })
  const { ref } = card as { ref: string }
  expect(await submit(page, 'ebt_pin_check_balance', '1234', 'createEbtPinBalanceCheck', ref)).toMatchObject({
    snap: '1000.00',
    non_snap: '1000.00',
  })
  expect(await submit(page, 'collect_pin', '1234', 'checkBalance', ref)).toMatchObject({
    ebt: { snap: '1000.00', cash: '1000.00' },
  })
  await expect(page.evaluate(`forage.create('ebt_card')`)).rejects.toThrow('there is no element "ebt_card"')
  await page.close()
  await running.close()
})

test.each([
  ['error', { name: 'ForageError', code: 'resource_not_found' }],
  ['list', { errors: [{ httpStatusCode: 404, code: 'resource_not_found', message: expect.any(String) }] }],
] as const)('a rejection is as the switch `sdkErrors` says: %s', async (sdkErrors, expected) => {
  const running = await startEmulator({ port: 0, switches: { sdkErrors } })
  const page = await open(running)
  expect(await submit(page, 'collect_pin', '1234', 'deferPaymentCapture', '0ddbcda871')).toEqual(expected)
  await page.close()
  await running.close()
})
