import { describe, expect, test } from 'vitest'

import { createApi, type Answer, type Api } from '../../conformance/api.ts'
import { addMethod, addPayment } from '../../conformance/checkout.ts'
import { androidErrorIn, androidSdk } from '../../conformance/clients/android-sdk.ts'
import { iosErrorIn, iosSdk } from '../../conformance/clients/ios-sdk.ts'
import type { CreateSdk } from '../../conformance/clients/mobile-sdk.ts'
import { hsaCard } from '../../conformance/facts/clients/mobile-sdks.ts'
import { createEmulator } from '../../src/index.ts'
import { stoppedClock } from '../support/merchant.ts'

interface Sent {
  readonly line: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** An API whose requests are kept from `listen()` on. */
function listenedApi(): { api: Api; listen(): Sent[] } {
  const { clientId, clientSecret, fetch } = createEmulator({ clock: stoppedClock() })
  let sent: Sent[] = []
  const api = createApi({
    baseUrl: 'http://api.localhost',
    vaultUrl: 'http://vault.localhost',
    clientId,
    clientSecret,
    merchant: '123ab45c67',
    fetch: async (input, init) => {
      const request = new Request(input, init)
      sent.push({
        line: `${request.method} ${request.url}`,
        headers: Object.fromEntries(request.headers),
        body: await request.clone().text(),
      })
      return await fetch(request)
    },
  })
  return { api, listen: () => (sent = []) }
}

/** Each call of an SDK, the requests that it sends in order, and their bodies' members. */
async function calls(create: CreateSdk): Promise<Record<string, Sent[]>> {
  const { api, listen } = listenedApi()
  const sdk = create(api, await api.sessionToken())
  const method = await addMethod(api)
  const [captured, deferred] = [await addPayment(api, method), await addPayment(api, method)]
  const during = async (call: () => Promise<Answer>): Promise<Sent[]> => {
    const sent = listen()
    await call()
    return sent.map((each) => ({
      ...each,
      line: each.line
        .replace(captured, 'PAYMENT')
        .replace(deferred, 'PAYMENT')
        .replace(method.ref, 'METHOD')
        .replace('.localhost', ''),
      headers: Object.fromEntries(
        Object.entries(each.headers).map(([name, value]) => [name, value.replace(captured, 'PAYMENT')]),
      ),
    }))
  }
  return {
    tokenizeEbt: await during(() => sdk.tokenizeEbt('9999420000000001', 'customer')),
    tokenizeCredit: await during(() => sdk.tokenizeCredit(hsaCard, 'customer')),
    checkBalance: await during(() => sdk.checkBalance(method.ref, '1234')),
    capturePayment: await during(() => sdk.capturePayment(captured, '1234')),
    deferPaymentCapture: await during(() => sdk.deferPaymentCapture(deferred, '1234')),
  }
}

const lines = {
  tokenizeEbt: ['POST http://api/api/payment_methods/'],
  tokenizeCredit: ['POST http://vault/proxy/api/payment_methods/'],
  checkBalance: [
    'GET http://api/api/payment_methods/METHOD/',
    'POST http://vault/proxy/api/payment_methods/METHOD/balance/',
  ],
  capturePayment: [
    'GET http://api/api/payments/PAYMENT/',
    'GET http://api/api/payment_methods/METHOD/',
    'POST http://vault/proxy/api/payments/PAYMENT/capture/',
  ],
  deferPaymentCapture: [
    'GET http://api/api/payments/PAYMENT/',
    'GET http://api/api/payment_methods/METHOD/',
    'POST http://vault/proxy/api/payments/PAYMENT/collect_pin/',
  ],
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

describe('the Android SDK as a client', () => {
  test('each call sends its requests in the SDK’s order', async () => {
    const made = await calls(androidSdk)
    expect(
      Object.fromEntries(Object.entries(made).map(([name, sent]) => [name, sent.map(({ line }) => line)])),
    ).toEqual(lines)
  })

  test('each request has the SDK’s headers, and a PIN has a key and an empty X-KEY', async () => {
    const { tokenizeEbt, tokenizeCredit, checkBalance, capturePayment } = await calls(androidSdk)
    const headers = {
      'x-forage-android-sdk-version': '4.2.2',
      'merchant-account': '123ab45c67',
      'x-datadog-trace-id': '4400000000000001',
      authorization: expect.stringMatching(/^Bearer sandbox_eyJ/),
      'api-version': '2023-05-15',
      'content-type': 'application/json; charset=utf-8',
    }
    expect(tokenizeEbt?.map((sent) => sent.headers)).toEqual([headers])
    expect(tokenizeCredit?.map((sent) => sent.headers)).toEqual([headers])
    const pin = { ...headers, 'api-version': '2024-01-08', 'x-key': '' }
    const read = { ...headers, 'content-type': 'application/json' }
    expect(checkBalance?.map((sent) => sent.headers)).toEqual([
      read,
      { ...pin, 'idempotency-key': expect.stringMatching(uuid) },
    ])
    expect(capturePayment?.map((sent) => sent.headers)).toEqual([
      read,
      read,
      { ...pin, 'idempotency-key': 'PAYMENT' },
    ])
  })

  test('a card has four digits for its year, and a guest’s card no customer_id', async () => {
    const { api, listen } = listenedApi()
    const sdk = androidSdk(api, await api.sessionToken())
    const sent = listen()
    await sdk.tokenizeEbt('9999420000000001')
    await sdk.tokenizeCredit(hsaCard, 'customer')
    expect(sent.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { reusable: true, type: 'ebt', card: { number: '9999420000000001' } },
      {
        customer_id: 'customer',
        reusable: true,
        type: 'credit',
        card: {
          number: '4000051230002839',
          name: 'A Customer',
          zip_code: '94106',
          exp_month: 12,
          exp_year: 2034,
          security_code: '123',
          is_hsa_fsa: true,
        },
      },
    ])
  })
})

describe('the iOS SDK as a client', () => {
  test('each call sends its requests in the SDK’s order', async () => {
    const made = await calls(iosSdk)
    expect(
      Object.fromEntries(Object.entries(made).map(([name, sent]) => [name, sent.map(({ line }) => line)])),
    ).toEqual(lines)
  })

  test('each request has the SDK’s headers, and a credit card a newer version', async () => {
    const { tokenizeEbt, tokenizeCredit, capturePayment, deferPaymentCapture } = await calls(iosSdk)
    const pin = {
      'x-forage-ios-sdk-version': '4.5.1',
      'merchant-account': 'mid/123ab45c67',
      'x-datadog-trace-id': '3300000000000001',
      authorization: expect.stringMatching(/^Bearer sandbox_eyJ/),
      'api-version': '2024-01-08',
      'content-type': 'application/json',
    }
    const headers = { ...pin, accept: 'application/json', 'api-version': '2023-05-15' }
    expect(tokenizeEbt?.map((sent) => sent.headers)).toEqual([headers])
    expect(tokenizeCredit?.map((sent) => sent.headers)).toEqual([{ ...headers, 'api-version': '2025-01-14' }])
    expect(capturePayment?.map((sent) => sent.headers)).toEqual([
      headers,
      headers,
      { ...pin, 'idempotency-key': 'PAYMENT' },
    ])
    expect(deferPaymentCapture?.at(-1)?.headers['idempotency-key']).toMatch(uuid)
  })

  test('a card is sent as JSON with line breaks, and a PIN with the third part of card.token', async () => {
    const { tokenizeEbt, checkBalance } = await calls(iosSdk)
    expect(tokenizeEbt?.[0]?.body).toContain('{\n  "type": "ebt",\n')
    expect(JSON.parse(checkBalance?.[1]?.body ?? '')).toEqual({
      card_number_token: expect.stringMatching(/^tok_sandbox_\w{22}$/),
      pin: '1234',
    })
  })
})

describe('an error that an app gets', () => {
  const answerOf = (status: number, body: unknown, path = '/proxy/api/payments/x/capture/'): Answer => ({
    method: 'POST',
    path,
    status,
    headers: new Headers(),
    text: JSON.stringify(body),
    body,
  })
  const listed = { path: '/api/', errors: [{ code: 'a_code', message: 'Words.' }] }
  const declined = { error: { forage_code: 'ebt_error_91', message: 'Words.', status_code: 504 } }

  test.each<[string, unknown, unknown]>([
    ['the list', listed, { httpStatusCode: 400, code: 'a_code', message: 'Words.' }],
    ['a decline', declined, { httpStatusCode: 400, code: 'ebt_error_91', message: 'Words.' }],
    ['detail', { detail: 'Words.' }, { httpStatusCode: 400, code: 'unknown_error', message: 'Words.' }],
    [
      'the vault’s envelope',
      { code: 401, name: 'a_name', description: 'Words.' },
      { httpStatusCode: 400, code: 'a_name', message: 'Words.' },
    ],
  ])('the Android SDK reads %s', (_, body, error) => {
    expect(androidErrorIn(answerOf(400, body))).toMatchObject(error as object)
  })

  test.each<[string, unknown]>([
    ['a page', '<html>'],
    ['nothing', null],
    ['an empty list', { errors: [] }],
  ])('the Android SDK reads no error in %s', (_, body) => {
    expect(() => androidErrorIn(answerOf(502, body))).toThrow('the Android SDK reads no error in the answer')
  })

  test('the iOS SDK takes the status of a decline from the answer’s status_code', () => {
    const path = '/proxy/api/payment_methods/x/balance/'
    expect(iosErrorIn(answerOf(400, { ref: 'x', balance: null, ...declined }, path))).toEqual({
      httpStatusCode: 504,
      code: 'ebt_error_91',
      message: 'Words.',
    })
  })

  test.each<[string, unknown]>([
    ['a declined capture without its payment', { ref: 'x', balance: null, ...declined }],
    ['`detail`', { detail: 'Words.' }],
    ['the vault’s envelope', { code: 401, name: 'a_name', description: 'Words.' }],
    ['a list whose source is a list', { path: '/', errors: [{ ...listed.errors[0], source: [] }] }],
    ['a list without a path', { errors: listed.errors }],
  ])('the iOS SDK reads no error in %s', (_, body) => {
    expect(() => iosErrorIn(answerOf(400, body))).toThrow(/reads no error in the answer|the body\.\w+ is not/)
  })
})
