import { describe, expect, test } from 'vitest'

import { checkout, codeOf } from '../support/checkout.ts'
import { createMerchant, field, type Answer, type Merchant } from '../support/merchant.ts'

/** The version before 2024-05-07. */
const NOW = '2026-01-15T04:00:00.000000-08:00'

describe('a payment method', () => {
  test('a new payment method is the documented object, with a card token in three parts', async () => {
    const merchant = createMerchant()
    const body = { type: 'ebt', reusable: true, card: { number: '9999420000007845' }, customer_id: 'c-1' }
    const answer = await merchant.postJson('/api/payment_methods/', await merchant.sessionToken(), body)
    expect(answer.status).toBe(201)
    const { card } = answer.body as { card: { fingerprint: string; fingerprint_v2: string } }
    expect(card.fingerprint_v2).not.toBe(card.fingerprint)
    const tok = String.raw`tok_sandbox_\w{22}`
    expect(answer.body).toEqual({
      ref: expect.stringMatching(/^[0-9a-f]{10}$/),
      type: 'ebt',
      balance: null,
      card: {
        last_4: '7845',
        created: NOW,
        token: expect.stringMatching(new RegExp(`^${tok},${tok},${tok}$`)),
        state: null,
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
        fingerprint_v2: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      customer_id: 'c-1',
      reusable: true,
    })
  })

  test('a payment method keeps its ref for the same customer and card', async () => {
    const { merchant, token, method } = await checkout()
    expect((await merchant.paymentMethod(token)).ref).toBe(method.ref)
  })

  test.each(['999942000000000', '99994200000000000000', '9999 4200 0000 0001', 42])(
    'the card number %s is refused',
    async (number) => {
      const merchant = createMerchant()
      const body = { type: 'ebt', card: { number } }
      expect(
        await merchant.postJson('/api/payment_methods/', await merchant.sessionToken(), body),
      ).toMatchObject({
        status: 400,
        body: {
          errors: [
            {
              code: 'cannot_parse_request_body',
              message: 'EBT Cards must be 16-19 digits long!',
              source: { resource: 'Payment_Methods', ref: '' },
            },
          ],
        },
      })
    },
  )

  test('a payment method has a balance after a balance check, with EBT Cash as non_snap', async () => {
    const { merchant, token, method, balance } = await checkout()
    const checked = { snap: '1000.00', non_snap: '1000.00', updated: NOW }
    expect(await balance()).toMatchObject({ status: 200, body: { ref: method.ref, balance: checked } })
    expect((await merchant.get(`/api/payment_methods/${method.ref}/`, token)).body).toMatchObject({
      balance: checked,
    })
  })

  test('an unknown payment method is 404 with the documented words', async () => {
    const { merchant, token } = await checkout()
    expect(await merchant.get('/api/payment_methods/e1fff94f29/', token)).toMatchObject({
      status: 404,
      body: {
        errors: [
          {
            code: 'resource_not_found',
            message:
              'Payment method with id e1fff94f29 does not exist for Tenant BaseTenant using FNS 9000055',
          },
        ],
      },
    })
  })
})

describe('a changed payment method', () => {
  async function guest(merchant: Merchant, fields: object = {}): Promise<Answer> {
    const body = { type: 'ebt', card: { number: '9999420000000002' }, ...fields }
    return merchant.postJson('/api/payment_methods/', await merchant.sessionToken(), body)
  }

  test('a payment method without a customer gets one, once', async () => {
    const { call, merchant } = await checkout()
    const path = `/api/payment_methods/${field(await guest(merchant), 'ref')}/`
    expect(await call('PATCH', path, { customer_id: 'c-2', reusable: false })).toMatchObject({
      status: 200,
      body: { customer_id: 'c-2', reusable: false },
    })
    expect(await call('PATCH', path, { customer_id: 'c-3' })).toMatchObject({ status: 400 })
    expect((await call('GET', path)).body).toMatchObject({ customer_id: 'c-2', reusable: false })
  })

  test('a card that gets a customer keeps its ref for that customer, only while it is reusable', async () => {
    const { call, merchant } = await checkout()
    const ref = field(await guest(merchant), 'ref')
    const again = async (): Promise<string> => field(await guest(merchant, { customer_id: 'c-2' }), 'ref')
    await call('PATCH', `/api/payment_methods/${ref}/`, { customer_id: 'c-2' })
    expect(await again()).toBe(ref)
    await call('PATCH', `/api/payment_methods/${ref}/`, { reusable: false })
    expect(await again()).not.toBe(ref)
  })

  test('a session token can neither change nor delete a payment method', async () => {
    const { merchant, method, token } = await checkout()
    for (const verb of ['PATCH', 'DELETE'])
      expect(
        await merchant.send(`/api/payment_methods/${method.ref}/`, {
          method: verb,
          headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
          body: '{}',
        }),
      ).toMatchObject({ status: 403, body: { errors: [{ code: 'forbidden' }] } })
  })

  test('after a payment method is deleted, its card gets another ref', async () => {
    const { call, merchant, method, token } = await checkout()
    const path = `/api/payment_methods/${method.ref}/`
    expect(await call('DELETE', path)).toMatchObject({ status: 200, body: {} })
    expect((await call('GET', path)).status).toBe(404)
    expect((await merchant.paymentMethod(token)).ref).not.toBe(method.ref)
  })

  test('a payment method with a succeeded payment cannot be deleted', async () => {
    const { call, capture, method, pay } = await checkout()
    await capture(await pay())
    const path = `/api/payment_methods/${method.ref}/`
    expect(codeOf(await call('DELETE', path))).toBe('cannot_delete_payment_method')
    expect((await call('GET', path)).status).toBe(200)
  })
})

describe('the list of states and their cards', () => {
  interface StateCards {
    readonly state: string
    readonly bin: string
    readonly pan_lengths: readonly number[]
  }

  test('either token reads the states, each with its BIN and lengths, without a merchant', async () => {
    const merchant = createMerchant()
    const parent = await merchant.authenticationToken()
    for (const token of [parent, await merchant.sessionToken(parent)]) {
      const headers = { Authorization: `Bearer ${token}` }
      const { status, body } = await merchant.send('/api/state_card_details/', { headers })
      expect(status).toBe(200)
      expect(body).toContainEqual({ state: 'CA', bin: '507719', pan_lengths: [16] })
      expect(body).toContainEqual({ state: 'ME', bin: '507703', pan_lengths: [16, 19] })
    }
  })

  test('no two entries have the same state or the same BIN, and the states are in order', async () => {
    const merchant = createMerchant()
    const headers = { Authorization: `Bearer ${await merchant.sessionToken()}` }
    const list = (await merchant.send('/api/state_card_details/', { headers })).body as StateCards[]
    const states = list.map(({ state }) => state)
    expect(states.length).toBe(52)
    expect(new Set(states).size).toBe(52)
    expect(new Set(list.map(({ bin }) => bin)).size).toBe(52)
    expect(states).toEqual(states.toSorted())
  })
})

describe('a card', () => {
  test.each([
    ['5077190000000001', 'CA'],
    ['6100980000000000001', 'TX'],
    ['9999420000000001', null],
    ['4012888888881881', null],
  ])('the card %s belongs to the state %s', async (number, state) => {
    const merchant = createMerchant()
    const body = { type: 'ebt', card: { number } }
    const answer = await merchant.postJson('/api/payment_methods/', await merchant.sessionToken(), body)
    expect(answer.body).toMatchObject({ card: { state } })
  })

  test.each(['5780360000000001', '5077210000000001'])(
    'the card %s belongs to a state without online EBT and is refused',
    async (number) => {
      const merchant = createMerchant()
      const body = { type: 'ebt', card: { number } }
      const answer = await merchant.postJson('/api/payment_methods/', await merchant.sessionToken(), body)
      expect([answer.status, codeOf(answer)]).toEqual([400, 'unsupported_bin'])
    },
  )

  test('a card that is not reusable pays once, and again only after its payment was canceled', async () => {
    const { call, merchant } = await checkout()
    const body = { type: 'ebt', reusable: false, card: { number: '9999420000000002' } }
    const stored = await merchant.postJson('/api/payment_methods/', await merchant.sessionToken(), body)
    const ref = field(stored, 'ref')
    const create = (): Promise<Answer> =>
      call('POST', '/api/payments/', { funding_type: 'ebt_snap', payment_method: ref, amount: '5.00' })
    const first = field(await create(), 'ref')
    expect((await create()).body).toMatchObject({
      errors: [{ code: 'card_not_reusable', message: `Payment method ${ref} is not reusable` }],
    })
    await call('POST', `/api/payments/${first}/cancel/`)
    expect((await create()).status).toBe(201)
  })

  test('with `cardAdditions` a customer can add ten cards per hour', async () => {
    const merchant = createMerchant({ switches: { cardAdditions: '10/hour' } })
    const token = await merchant.authenticationToken()
    const add = (last: number): Promise<Answer> =>
      merchant.postJson('/api/payment_methods/', token, {
        type: 'ebt',
        card: { number: `99994200000000${last}` },
        customer_id: 'customer-1',
      })
    for (let last = 10; last < 20; last += 1) expect((await add(last)).status).toBe(201)
    expect((await add(10)).status).toBe(201)
    const refused = await add(20)
    expect([refused.status, codeOf(refused), refused.headers.get('retry-after')]).toEqual([
      429,
      'too_many_requests',
      '3600',
    ])
    await merchant.emulator.control.advance(60 * 60 * 1000)
    expect((await add(20)).status).toBe(201)
  })

  test('two requests at the same time for one card return one ref', async () => {
    const { merchant, token } = await checkout()
    const both = ['9999420000000009', '9999420000000009'].map((pan) => merchant.paymentMethod(token, pan))
    const [one, other] = await Promise.all(both)
    expect(one?.ref).toBe(other?.ref)
  })
})
