import { describe, expect, test } from 'vitest'

import { checkout, codeOf } from '../support/checkout.ts'
import { createMerchant, field, type Merchant } from '../support/merchant.ts'

describe('the vault', () => {
  test('the vault has a special envelope for a request without a token', async () => {
    const answer = await createMerchant().send('/proxy/api/payments/0ddbcda871/capture/', { method: 'POST' })
    expect(answer.status).toBe(401)
    // forage-android-sdk fixtures/vault/rosetta_vault_error_response.json
    expect(answer.body).toEqual({
      code: 401,
      description: 'authorization header malformed',
      name: 'auth_header_malformed',
    })
  })

  test('the vault passes on the API’s answer for an expired token, or answers itself, as `vaultTokenRejection` says', async () => {
    const relayed = await checkout()
    relayed.merchant.emulator.control.expireSessionTokens()
    expect((await relayed.balance()).body).toMatchObject({ errors: [{ code: 'expired_session_token' }] })
    const own = await checkout(undefined, createMerchant({ switches: { vaultTokenRejection: 'vault' } }))
    own.merchant.emulator.control.expireSessionTokens()
    expect((await own.balance()).body).toMatchObject({ name: 'auth_header_malformed' })
  })

  test('the vault accepts only the card’s own token and a PIN of four digits', async () => {
    const { merchant, token, method, balance } = await checkout()
    const path = `/proxy/api/payment_methods/${method.ref}/balance/`
    const body = { pin: '1234', card_number_token: 'tok_sandbox_other' }
    expect((await merchant.postJson(path, token, body)).status).toBe(400)
    expect((await balance('12345')).status).toBe(400)
  })

  test('four wrong PINs lock a card for 24 hours, and a right PIN in between resets the count', async () => {
    const merchant = createMerchant()
    const pan = '6777777777771234'
    const { balance } = await checkout(pan, merchant)
    const tryPin = async (pin: string): Promise<unknown> => codeOf(await balance(pin))
    for (const pin of ['0', '0', '0', '1234', '0', '0', '0', '0'])
      expect(await tryPin(pin.padEnd(4, '0'))).toBe(pin === '1234' ? undefined : 'ebt_error_55')
    expect(await tryPin('1234')).toBe('ebt_error_75')
    await merchant.emulator.control.advance(24 * 60 * 60 * 1000)
    expect((await (await checkout(pan, merchant)).balance('1234')).status).toBe(200)
  })
})

const visa = {
  number: '4000051230002839',
  name: 'Ada Lovelace',
  zip_code: '94106',
  exp_month: 4,
  exp_year: 2030,
  security_code: '123',
  is_hsa_fsa: true,
}

describe('a credit card', () => {
  async function store(
    merchant: Merchant,
    card: object = {},
    fields: object = {},
  ): ReturnType<Merchant['postJson']> {
    const body = { type: 'credit', reusable: true, customer_id: 'c-1', card: { ...visa, ...card }, ...fields }
    return merchant.postJson('/proxy/api/payment_methods/', await merchant.sessionToken(), body)
  }

  test('the vault stores a credit card and returns neither its number nor its security code', async () => {
    const { status, body } = await store(createMerchant())
    expect(status).toBe(201)
    // forage-android-sdk ecom/services/ForageSDKTest.kt
    expect(body).toEqual({
      ref: expect.stringMatching(/^[0-9a-f]{10}$/),
      type: 'credit',
      reusable: true,
      card: {
        brand: 'visa',
        exp_month: 4,
        exp_year: 2030,
        last_4: '2839',
        created: '2026-01-15T04:00:00.000000-08:00',
        is_hsa_fsa: true,
        psp_customer_id: expect.stringMatching(/^cus_\w{14}$/),
        payment_method_id: expect.stringMatching(/^pm_\w{24}$/),
      },
      balance: null,
      billing_details: null,
    })
  })

  test('a credit card that is read later has the same members as in the first answer', async () => {
    const { merchant, token } = await checkout()
    const stored = await store(merchant)
    const read = await merchant.get(`/api/payment_methods/${field(stored, 'ref')}/`, token)
    expect(read.body).toEqual(stored.body)
  })

  test.each([
    [45, 2045],
    ['45', 2045],
    [0, 2000],
    [2045, 2045],
  ])('the expiry year %j of a credit card is answered as %i', async (exp_year, year) => {
    expect(await store(createMerchant(), { exp_year })).toMatchObject({
      status: 201,
      body: { card: { exp_year: year } },
    })
  })

  test.each([
    ['4000051230002839', 'visa'],
    ['5555555555554444', 'mastercard'],
    ['378282246310005', 'amex'],
    ['6011111111111117', 'discover'],
    ['9999420000000001', 'unknown'],
  ])('the credit card %s has the brand %s', async (number, brand) => {
    expect(await store(createMerchant(), { number, is_hsa_fsa: false })).toMatchObject({
      body: { card: { brand, is_hsa_fsa: false } },
    })
  })

  test('a credit card has no EBT balance', async () => {
    const { merchant, token } = await checkout()
    const ref = field(await store(merchant), 'ref')
    const body = { pin: '1234', card_number_token: 'any' }
    expect(await merchant.postJson(`/proxy/api/payment_methods/${ref}/balance/`, token, body)).toMatchObject({
      status: 400,
      body: {
        errors: [
          {
            code: 'balance_check_only_ebt',
            message: 'Balance check is not available for non-EBT payment methods',
          },
        ],
      },
    })
  })

  test('a credit card belongs to the merchant that stored it, unlike an EBT card', async () => {
    const merchant = createMerchant({ merchants: ['123ab45c67', '9000077'] })
    const token = await merchant.authenticationToken()
    const ebt = (await merchant.paymentMethod(token)).ref
    const credit = field(await store(merchant), 'ref')
    const headers = { Authorization: `Bearer ${token}`, 'Merchant-Account': '9000077' }
    const read = async (ref: string): Promise<number> =>
      (await merchant.send(`/api/payment_methods/${ref}/`, { headers })).status
    expect([await read(ebt), await read(credit)]).toEqual([200, 404])
  })

  test.each([
    ['not_an_hsa_fsa_card', { number: '4242424242424242' }, {}],
    ['benefit_bin_not_supported', {}, { type: 'benefit' }],
    ['cannot_parse_request_body', { exp_month: 13 }, {}],
    ['cannot_parse_request_body', { exp_year: 145 }, {}],
    ['cannot_parse_request_body', { exp_year: 1999 }, {}],
    ['cannot_parse_request_body', { exp_year: -1 }, {}],
    ['cannot_parse_request_body', { exp_year: '' }, {}],
    ['cannot_parse_request_body', { security_code: '12' }, {}],
    ['cannot_parse_request_body', {}, { type: 'ebt' }],
  ])('a credit card is refused with %s for %o %o', async (code, card, fields) => {
    const answer = await store(createMerchant(), card, fields)
    expect([answer.status, codeOf(answer)]).toEqual([400, code])
  })
})

describe('a balance check', () => {
  test('a balance check requires a customer from version 2023-05-15 on', async () => {
    const { merchant, token } = await checkout()
    const body = { type: 'ebt', card: { number: '9999420000000002' } }
    const stored = (await merchant.postJson('/api/payment_methods/', token, body)).body as {
      ref: string
      card: { token: string }
    }
    const check = async (version: string): Promise<number> => {
      const pin = { pin: '1234', card_number_token: stored.card.token.split(',')[2] }
      const path = `/proxy/api/payment_methods/${stored.ref}/balance/`
      return (await merchant.postJson(path, token, pin, { 'API-Version': version })).status
    }
    expect([await check('default'), await check('2023-05-15'), await check('2024-01-08')]).toEqual([
      200, 400, 400,
    ])
  })

  test('a balance check of the same card with another key is another check', async () => {
    const { merchant, method, token } = await checkout()
    const path = `/proxy/api/payment_methods/${method.ref}/balance/`
    const pin = { pin: '1234', card_number_token: method.vaultToken }
    for (const key of ['5f0c', '81aa'])
      expect((await merchant.postJson(path, token, pin, { 'Idempotency-Key': key })).status).toBe(200)
  })
})
