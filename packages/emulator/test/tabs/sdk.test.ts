import { startEmulator, type RunningEmulator } from '@forage-session/emulator/node'
import { chromium, type Browser, type Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { chromiumLaunch } from '../../../../scripts/toolchain/browsers.ts'

let browser: Browser

beforeAll(async () => {
  browser = await chromium.launch(chromiumLaunch)
})
afterAll(() => browser.close())

async function authenticationToken({
  url,
  emulator,
}: Pick<RunningEmulator, 'url' | 'emulator'>): Promise<string> {
  const authorization = `Basic ${btoa(`${emulator.clientId}:${emulator.clientSecret}`)}`
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'pinpad_only' })
  const issued = await fetch(`${url}/o/token/`, { method: 'POST', headers: { authorization }, body })
  return ((await issued.json()) as { access_token: string }).access_token
}

async function sessionToken(running: RunningEmulator): Promise<string> {
  const { url } = running
  const parent = await authenticationToken(running)
  const headers = { authorization: `Bearer ${parent}`, 'merchant-account': '123ab45c67' }
  const minted = await fetch(`${url}/api/session_token/`, { method: 'POST', headers })
  return ((await minted.json()) as { token: string }).token
}

/** Opens a page with the script tag and a new instance of the SDK. */
async function open(running: RunningEmulator): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(`${running.url}/_emulator/counts`)
  await page.setContent(`<div id="place"></div><script src="${running.url}/sdk/forage.js"></script>`)
  await page.waitForFunction('window.Forage')
  await construct(page, running)
  return page
}

/** Creates a new instance with a new token. */
async function construct(page: Page, running: RunningEmulator): Promise<void> {
  const config = {
    merchantId: 'mid/123ab45c67',
    sessionToken: await sessionToken(running),
    customerId: 'c-1',
  }
  await page.evaluate(`window.forage = Forage(${JSON.stringify(config)})`)
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

test('the names from before 2024 work like the current ones', async () => {
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
] as const)(
  'a rejection has the form that the switch `sdkErrors` selects: %s',
  async (sdkErrors, expected) => {
    const running = await startEmulator({ port: 0, switches: { sdkErrors } })
    const page = await open(running)
    expect(await submit(page, 'collect_pin', '1234', 'deferPaymentCapture', '0ddbcda871')).toEqual(expected)
    await page.close()
    await running.close()
  },
)

/** Creates a card of the customer and a payment of 20 dollars with it, from the merchant's server. */
async function newPayment({ url, emulator }: RunningEmulator): Promise<{ method: string; payment: string }> {
  const parent = await authenticationToken({ url, emulator })
  const headers = {
    Authorization: `Bearer ${parent}`,
    'Content-Type': 'application/json',
    'Merchant-Account': '123ab45c67',
    'Idempotency-Key': crypto.randomUUID(),
  }
  const post = async (path: string, body: object): Promise<string> => {
    const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    return ((await response.json()) as { ref: string }).ref
  }
  const card = { number: '9999420000000001' }
  const method = await post('/api/payment_methods/', {
    type: 'ebt',
    reusable: true,
    card,
    customer_id: 'c-1',
  })
  const order = { funding_type: 'ebt_snap', amount: '20.00', payment_method: method, is_delivery: false }
  const payment = await post('/api/payments/', { ...order, description: 'Groceries', metadata: {} })
  return { method, payment }
}

test('a handler of an event that the SDK does not have is refused by name', async () => {
  const running = await startEmulator({ port: 0 })
  const page = await open(running)
  await expect(page.evaluate(`forage.create('collect_pin').on('blur', () => {})`)).rejects.toThrow(
    'there is no event "blur"',
  )
  await page.close()
  await running.close()
})

test('the SDK stores a card, checks its balance, captures one payment and defers another', async () => {
  const running = await startEmulator({ port: 0 })
  const page = await open(running)
  expect(await submit(page, 'tokenize_card', '9999420000000001', 'tokenizeCard')).toMatchObject({
    type: 'ebt',
    balance: null,
    reusable: true,
  })
  const { method, payment } = await newPayment(running)
  expect(await submit(page, 'collect_pin', '1234', 'checkBalance', method)).toMatchObject({
    ebt: { snap: '1000.00', cash: '1000.00' },
    updated: expect.any(String),
  })
  expect(await submit(page, 'collect_pin', '1234', 'capturePayment', payment)).toMatchObject({
    ref: payment,
    amount: '20.00',
    status: 'succeeded',
    receipt: { snap_amount: '20.00', message: 'Approved' },
  })
  const later = await newPayment(running)
  expect(await submit(page, 'collect_pin', '1234', 'deferPaymentCapture', later.payment)).toBeUndefined()
  expect(running.emulator.control.counts().captures).toBe(1)
  await page.close()
  await running.close()
})

test('an input that is neither a card number nor a PIN never leaves the page', async () => {
  const running = await startEmulator({ port: 0 })
  const page = await open(running)
  const before = running.emulator.control.requests().length
  const refused = { name: 'ForageError', code: 'user_error' }
  for (const digits of ['1111111111111111', '12341234123412345', '9999'])
    expect(await submit(page, 'tokenize_card', digits, 'tokenizeCard')).toEqual(refused)
  expect(running.emulator.control.requests()).toHaveLength(before)
  await page.close()
  await running.close()
})

test('an element of another kind or of another instance is refused before anything is sent', async () => {
  const running = await startEmulator({ port: 0 })
  const page = await open(running)
  const refused = { name: 'ForageError', code: 'user_error' }
  expect(await submit(page, 'collect_pin', '1234', 'tokenizeCard')).toEqual(refused)
  expect(await submit(page, 'tokenize_card', '9999420000000001', 'checkBalance', '0ddbcda871')).toEqual(
    refused,
  )
  const other = { merchantId: 'mid/123ab45c67', sessionToken: await sessionToken(running), customerId: 'c-2' }
  const error = await page.evaluate(
    `Forage(${JSON.stringify(other)}).tokenizeCard(element).catch(({ name, code }) => ({ name, code }))`,
  )
  expect(error).toEqual(refused)
  const paths = running.emulator.control.requests().map(({ path }) => path)
  expect(paths.filter((path) => !path.startsWith('/o/') && path !== '/api/session_token/')).toEqual([])
  await page.close()
  await running.close()
})

test('a payment sheet without its payment type is refused as in the mobile SDKs', async () => {
  const running = await startEmulator({ port: 0 })
  const page = await open(running)
  const error = await page.evaluate(`
    forage.tokenizeCard(forage.create('payment_sheet', {})).catch(({ httpStatusCode, code }) => [httpStatusCode, code])
  `)
  expect(error).toEqual([400, 'payment_sheet_type_unset'])
  await page.close()
  await running.close()
})

test('an incomplete PIN is refused with the words of the mobile SDKs, and never leaves the page', async () => {
  const running = await startEmulator({ port: 0 })
  const page = await open(running)
  const { method } = await newPayment(running)
  await submit(page, 'collect_pin', '12', 'checkBalance', method)
  const error = `({ httpStatusCode, code, message }) => ({ httpStatusCode, code, message })`
  expect(
    await page.evaluate(`forage.checkBalance(element, ${JSON.stringify(method)}).catch(${error})`),
  ).toEqual({
    httpStatusCode: 400,
    code: 'user_error',
    message: 'Invalid EBT Card PIN entered. Please enter your 4-digit PIN.',
  })
  expect(running.emulator.control.requests().some(({ path }) => path.startsWith('/proxy/'))).toBe(false)
  await page.close()
  await running.close()
})

test('an element reports what is wrong with its input, is emptied when it is cleared, and deletes a PIN after it was sent', async () => {
  const running = await startEmulator({ port: 0 })
  const page = await open(running)
  await page.evaluate(`new Promise((ready) => {
    window.events = []
    window.element = forage.create('collect_pin')
    element.on('ready', ready)
    element.on('change', (event) => events.push(event))
    element.mount('place')
  })`)
  const input = page.frameLocator('iframe').locator('input')
  await input.fill('123')
  await input.fill('1234')
  await expect
    .poll(() => page.evaluate('events'))
    .toEqual([
      {
        type: 'change',
        usecase: 'collect_pin',
        error: { message: 'Your EBT card PIN is incomplete.' },
      },
      { type: 'change', usecase: 'collect_pin', error: null },
    ])
  await page.evaluate('element.clear()')
  await expect.poll(() => input.inputValue()).toBe('')
  await input.fill('1234')
  const { method } = await newPayment(running)
  await page.evaluate(`forage.checkBalance(element, ${JSON.stringify(method)})`)
  expect(await input.inputValue()).toBe('')
  await page.evaluate('element.destroy()')
  expect(await page.locator('iframe').count()).toBe(0)
  await page.close()
  await running.close()
})

test('an element that the page removed is refused, and works again after it is mounted again', async () => {
  const running = await startEmulator({ port: 0 })
  const page = await open(running)
  const { method } = await newPayment(running)
  await submit(page, 'collect_pin', '12', 'checkBalance', method)
  await page.evaluate(`document.getElementById('place').replaceChildren()`)
  const check = `forage.checkBalance(element, ${JSON.stringify(method)}).catch(({ httpStatusCode, code }) => [httpStatusCode, code])`
  expect(await page.evaluate(check)).toEqual([400, 'user_error'])
  await page.evaluate(`new Promise((ready) => {
    element.on('ready', ready)
    element.mount('place')
  })`)
  await page.frameLocator('iframe').locator('input').fill('1234')
  expect(await page.evaluate(check)).toMatchObject({ ebt: { snap: '1000.00' } })
  await page.close()
  await running.close()
})

test('a call whose element moves before the answer rejects, because its frame loads again', async () => {
  const running = await startEmulator({ port: 0 })
  const page = await open(running)
  const { method } = await newPayment(running)
  running.emulator.control.fault({ kind: 'hang', path: '/proxy/' })
  const sent = page.waitForRequest(/\/proxy\//)
  const outcome = submit(page, 'collect_pin', '1234', 'checkBalance', method)
  await sent
  await page.evaluate(`document.body.append(document.getElementById('place'))`)
  expect(await outcome).toEqual({ name: 'ForageError', code: 'unknown_server_error' })
  await page.close()
  await running.close()
})

test('an instance keeps the token of its construction, so a new token needs a new instance', async () => {
  const running = await startEmulator({ port: 0 })
  const page = await open(running)
  const { payment } = await newPayment(running)
  running.emulator.control.expireSessionTokens()
  const expired = { name: 'ForageError', code: 'expired_session_token' }
  expect(await submit(page, 'collect_pin', '1234', 'capturePayment', payment)).toEqual(expired)
  await construct(page, running)
  running.emulator.control.fault({ kind: 'expire-mid-capture' })
  expect(await submit(page, 'collect_pin', '1234', 'capturePayment', payment)).toEqual(expired)
  await construct(page, running)
  expect(await submit(page, 'collect_pin', '1234', 'capturePayment', payment)).toMatchObject({
    status: 'succeeded',
  })
  expect(running.emulator.control.counts().captures).toBe(1)
  await page.close()
  await running.close()
})
