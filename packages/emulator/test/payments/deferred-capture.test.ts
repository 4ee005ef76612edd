import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { openStateFile } from '../../src/state/state-file.ts'
import { checkout, codeOf, type Checkout } from '../support/checkout.ts'
import { createMerchant, field, type Answer, type Merchant } from '../support/merchant.ts'

const PIN = '7391'

interface Deferred extends Checkout {
  readonly ref: string
  collect(pin?: string): Promise<Answer>
  captureLater(headers?: Record<string, string>): Promise<Answer>
}

async function deferred(pan?: string, merchant?: Merchant): Promise<Deferred> {
  const shop = await checkout(pan, merchant)
  const { call, method, token } = shop
  const placeholder = { funding_type: 'ebt_snap', payment_method: method.ref, description: '', metadata: {} }
  const ref = field(await call('POST', '/api/payments/', placeholder), 'ref')
  return {
    ...shop,
    ref,
    collect: (pin = PIN) =>
      shop.merchant.postJson(`/proxy/api/payments/${ref}/collect_pin/`, token, {
        pin,
        card_number_token: method.vaultToken,
      }),
    captureLater: (headers) => call('POST', `/api/payments/${ref}/capture_payment/`, {}, headers),
  }
}

const amount = { amount: '20.00', is_delivery: false }

describe('a deferred capture', () => {
  test('a deferred capture turns a placeholder with a PIN and an amount into a payment with a receipt', async () => {
    const { call, captureLater, collect, ref } = await deferred()
    expect(await collect()).toMatchObject({ status: 204, body: '' })
    await call('PATCH', `/api/payments/${ref}/`, amount)
    expect(await captureLater()).toMatchObject({
      status: 200,
      body: {
        ref,
        status: 'succeeded',
        amount: '20.00',
        receipt: { snap_amount: '20.00', message: 'Approved' },
      },
    })
  })

  test('a deferred capture without a PIN charges nothing and changes nothing', async () => {
    const { call, captureLater, read, ref } = await deferred()
    await call('PATCH', `/api/payments/${ref}/`, amount)
    const before = await read(ref)
    expect(codeOf(await captureLater())).toBe('cannot_capture_payment')
    expect(await read(ref)).toEqual(before)
  })

  test('a deferred capture without a PIN is ebt_error_55 if `missingPin` says so', async () => {
    const merchant = createMerchant({ switches: { missingPin: 'ebt_error_55' } })
    const { call, captureLater, ref } = await deferred(undefined, merchant)
    await call('PATCH', `/api/payments/${ref}/`, amount)
    expect(codeOf(await captureLater())).toBe('ebt_error_55')
  })

  test('a deferred capture uses a PIN once, so a declined PIN has to be collected again', async () => {
    const { call, captureLater, collect, read, ref } = await deferred('6777777777771234')
    await call('PATCH', `/api/payments/${ref}/`, amount)
    await collect('0000')
    expect(await captureLater()).toMatchObject({
      status: 400,
      body: { path: `/api/payments/${ref}/capture_payment/`, errors: [{ code: 'ebt_error_55' }] },
    })
    expect(await read(ref)).toMatchObject({ status: 'failed', amount: '20.00' })
    expect(codeOf(await captureLater())).toBe('cannot_capture_payment')
    await collect('1234')
    expect((await captureLater()).status).toBe(200)
  })

  test('a deferred capture keeps the PIN while the amount is missing', async () => {
    const { call, captureLater, collect, ref } = await deferred()
    await collect()
    expect((await captureLater()).body).toMatchObject({
      errors: [{ message: expect.stringContaining('Amount value is null') }],
    })
    await call('PATCH', `/api/payments/${ref}/`, amount)
    expect((await captureLater()).status).toBe(200)
  })

  test('a deferred capture from a card with too little money returns the card’s balances', async () => {
    const { call, captureLater, collect, ref } = await deferred()
    await collect()
    await call('PATCH', `/api/payments/${ref}/`, { ...amount, amount: '1000.01' })
    expect((await captureLater()).body).toMatchObject({
      errors: [{ code: 'ebt_error_51', details: { snap_balance: '1000.00', cash_balance: '1000.00' } }],
    })
  })

  test('a collected PIN is deleted when the payment gets another card or is canceled', async () => {
    const { call, captureLater, collect, merchant, ref, token } = await deferred()
    await collect()
    const other = await merchant.paymentMethod(token, '9999420000000002')
    await call('PATCH', `/api/payments/${ref}/`, { ...amount, payment_method: other.ref })
    expect(codeOf(await captureLater())).toBe('cannot_capture_payment')
    await call('POST', `/api/payments/${ref}/cancel/`)
    expect(codeOf(await collect())).toBe('cannot_capture_payment')
  })

  test('in a sandbox a deferred capture works with a PIN from the backend, or without a PIN', async () => {
    const { call, captureLater, pay, read, ref } = await deferred('6777777777771234')
    await call('PATCH', `/api/payments/${ref}/`, amount)
    const path = `/api/payments/${ref}/collect_pin_backend/`
    expect((await call('POST', path, { pin: '12' })).status).toBe(400)
    expect((await call('POST', path, { pin: '1234' })).status).toBe(204)
    expect((await captureLater()).status).toBe(200)
    const other = await pay()
    expect((await call('POST', `/api/payments/${other}/capture-sync/`)).status).toBe(200)
    expect(await read(other)).toMatchObject({ status: 'succeeded' })
  })

  test('a session token can neither capture, authorize, void nor cancel a payment from the backend', async () => {
    const { merchant, ref, token } = await deferred()
    for (const path of [
      'capture_payment',
      'capture-sync',
      'collect_pin_backend',
      'cancel',
      'authorize',
      'void',
    ])
      expect((await merchant.postJson(`/api/payments/${ref}/${path}/`, token, { pin: '1234' })).status).toBe(
        403,
      )
  })
})

test('a PIN or a card number appears in no answer, log, page or file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'forage-emulator-'))
  const journal = openStateFile(join(folder, 'state.sqlite'))
  const delivered: string[] = []
  const fetch = (async (_url: string, { body }: { body: string }) => {
    delivered.push(body)
    return new Response()
  }) as unknown as typeof globalThis.fetch
  const webhooks = [{ url: 'http://127.0.0.1:1/', secret: 's' }]
  const merchant = createMerchant({ journal, webhooks, fetch })
  const shop = await deferred(undefined, merchant)
  const card = { number: '4000058400000071', exp_month: 1, exp_year: 2030, security_code: '8642' }
  const stored = await merchant.postJson(
    '/proxy/api/payment_methods/',
    shop.token,
    { type: 'credit', card },
    { 'Idempotency-Key': 'card-1' },
  )
  const answers = [
    stored,
    await shop.collect(),
    await shop.balance(PIN),
    await shop.capture(await shop.pay(), PIN),
    await merchant.send('/_emulator/'),
    await merchant.send('/_emulator/requests'),
  ]
  const files = ['state.sqlite', 'state.sqlite-wal'].map((name) => readFileSync(join(folder, name), 'latin1'))
  journal.close()
  rmSync(folder, { recursive: true })
  const seen = JSON.stringify([answers, delivered])
  expect(seen).not.toMatch(/"7391"|8642|4000058400000071|9999420000000001/)
  // The emulated vault has to store card numbers, but no PIN and no security code.
  for (const file of files) expect(file).not.toMatch(/"pin"|\\"7391|security_code|8642/)
})
