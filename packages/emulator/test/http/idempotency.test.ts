import { describe, expect, test } from 'vitest'

import { createMerchant, field, type Answer, type Merchant } from '../support/merchant.ts'

const key = { 'Idempotency-Key': 'order-1' }
const TEN_MINUTES_MS = 10 * 60 * 1000

interface Checkout {
  readonly merchant: Merchant
  readonly token: string
  pay(headers?: Record<string, string>, fields?: object): Promise<Answer>
}

async function checkout(merchant: Merchant = createMerchant()): Promise<Checkout> {
  const token = await merchant.authenticationToken()
  const { ref } = await merchant.paymentMethod(token)
  const pay: Checkout['pay'] = (headers = key, fields = {}) => {
    const body = { funding_type: 'ebt_snap', payment_method: ref, amount: '20.00', ...fields }
    return merchant.postJson('/api/payments/', token, body, headers)
  }
  return { merchant, token, pay }
}

const refused = (status: number, code: string): object => ({ status, body: { errors: [{ code }] } })

describe('an idempotency key', () => {
  test('the same request with the same idempotency key gets the first status and body', async () => {
    const { pay } = await checkout()
    const { status, body } = await pay()
    expect(await pay()).toMatchObject({ status, body })
  })

  test('another body with the same idempotency key is refused, and the first answer is kept', async () => {
    const { pay } = await checkout()
    const first = await pay()
    expect(await pay(key, { amount: '20.01' })).toMatchObject(refused(400, 'cannot_change_request'))
    expect((await pay()).body).toEqual(first.body)
  })

  test.each([
    ['24 hours by default', {}, 24 * 60 * 60 * 1000],
    ['10 minutes as in older docs', { idempotencyTtlMs: TEN_MINUTES_MS }, TEN_MINUTES_MS],
  ])('an idempotency key is kept for %s', async (_what, switches, keptMs) => {
    // The card's token lives for 7 days, so only the key expires here.
    const { merchant, pay } = await checkout(createMerchant({ switches }))
    const first = field(await pay(), 'ref')
    await merchant.emulator.control.advance(keptMs - 1)
    expect(field(await pay(), 'ref')).toBe(first)
    await merchant.emulator.control.advance(1)
    expect(field(await pay(), 'ref')).not.toBe(first)
  })

  test('an idempotency key belongs to one merchant, in every form of `Merchant-Account`', async () => {
    const { pay } = await checkout(createMerchant({ merchants: ['123ab45c67', '223ab45c67'] }))
    const as = async (account: string): Promise<string> =>
      field(await pay({ ...key, 'Merchant-Account': account }), 'ref')
    const first = await as('mid/123ab45c67')
    expect(await as('123ab45c67')).toBe(first)
    expect(await as('9000055')).toBe(first)
    expect(await as('223ab45c67')).not.toBe(first)
  })

  test('an idempotency key belongs to one path', async () => {
    const { merchant, token, pay } = await checkout()
    const { ref, vaultToken } = await merchant.paymentMethod(token)
    await pay()
    const path = `/proxy/api/payment_methods/${ref}/balance/`
    const body = { pin: '1234', card_number_token: vaultToken }
    expect((await merchant.postJson(path, token, body, key)).status).toBe(200)
  })

  test('a refused request is not stored for its idempotency key', async () => {
    const { pay } = await checkout()
    expect(await pay(key, { amount: 'ten' })).toMatchObject(refused(400, 'invalid_input_data'))
    expect((await pay()).status).toBe(201)
  })

  test('a request with a rejected token gets no stored answer, and its 401 is not stored', async () => {
    const { merchant, pay } = await checkout()
    merchant.emulator.control.fault({ kind: 'reject', path: '/api/payments/' })
    expect(await pay()).toMatchObject(refused(401, 'invalid_token'))
    const first = await pay()
    expect(first.status).toBe(201)
    merchant.emulator.control.revokeAuthenticationTokens()
    expect(await pay()).toMatchObject(refused(401, 'invalid_token'))
  })

  test('an idempotency key with a token that expired since is rejected, and with a newer token it gets the first answer', async () => {
    const { merchant, token } = await checkout()
    const { ref, vaultToken } = await merchant.paymentMethod(token)
    const path = `/proxy/api/payment_methods/${ref}/balance/`
    const body = { pin: '1234', card_number_token: vaultToken }
    const session = await merchant.sessionToken(token)
    const first = await merchant.postJson(path, session, body, key)
    await merchant.emulator.control.advance(15 * 60 * 1000)
    expect(await merchant.postJson(path, session, body, key)).toMatchObject(
      refused(401, 'expired_session_token'),
    )
    const newer = await merchant.sessionToken(token)
    expect((await merchant.postJson(path, newer, body, key)).body).toEqual(first.body)
  })

  test('an idempotency key has no effect on a GET', async () => {
    const { merchant, token } = await checkout()
    const read = (path: string): Promise<Answer> =>
      merchant.send(path, { headers: { ...key, Authorization: `Bearer ${token}` } })
    const { ref } = await merchant.paymentMethod(token)
    const path = `/api/payment_methods/${ref}/`
    expect((await read(path)).body).toMatchObject({ balance: null })
    const { vaultToken } = await merchant.paymentMethod(token)
    const body = { pin: '1234', card_number_token: vaultToken }
    await merchant.postJson(`/proxy${path}balance/`, token, body)
    expect((await read(path)).body).toMatchObject({ balance: { snap: expect.any(String) } })
  })

  test('an idempotency key is free again if its request was not applied', async () => {
    const { merchant, pay } = await checkout()
    merchant.emulator.control.fault({ kind: 'drop', path: '/api/payments/' })
    await expect(pay()).rejects.toThrow(TypeError)
    expect((await pay()).status).toBe(201)
  })
})
