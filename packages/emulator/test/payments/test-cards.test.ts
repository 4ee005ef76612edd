import { describe, expect, test } from 'vitest'

import type { Switches } from '../../src/index.ts'
import { checkout, codeOf, type Checkout } from '../support/checkout.ts'
import { createMerchant } from '../support/merchant.ts'

const twoDigits = ['00', '03', '14', '43', '51', '54', '55', '56', '61', '62', '75', '80', '96', '99']

/** Returns a customer with this card, at an emulator with these switches. */
function customer(pan: string, switches: Partial<Switches> = {}): Promise<Checkout> {
  return checkout(pan, createMerchant({ switches }))
}

describe('test cards of both pages of the docs', () => {
  test.each(twoDigits)('a balance check of 55555555555555%s fails with that number', async (number) => {
    const { balance, method } = await customer(`55555555555555${number}`)
    expect(await balance()).toMatchObject({
      status: 400,
      body: {
        ref: method.ref,
        balance: null,
        error: { forage_code: `ebt_error_${number}`, status_code: 400, message: expect.stringMatching(/./) },
      },
    })
  })

  test.each(twoDigits)(
    'a capture of 44444444444444%s fails with that number, and its balance check succeeds',
    async (number) => {
      const { balance, capture, pay, read } = await customer(`44444444444444${number}`)
      expect((await balance()).status).toBe(200)
      const ref = await pay()
      expect((await capture(ref)).body).toMatchObject({ error: { forage_code: `ebt_error_${number}` } })
      expect(await read(ref)).toMatchObject({
        status: 'failed',
        last_processing_error: `ebt_error_${number}`,
      })
    },
  )

  test.each(twoDigits)('33333333333333%s pays with its benefits', async (number) => {
    const { balance, capture, pay } = await customer(`33333333333333${number}`)
    expect((await balance()).status).toBe(200)
    expect((await capture(await pay())).status).toBe(200)
  })

  test.each([
    ['4333333333333303', 'ebt_error_54'],
    ['4333333333333304', 'ebt_error_03'],
  ])('every capture of %s fails with %s', async (pan, code) => {
    const { balance, capture, pay } = await customer(pan)
    expect((await balance()).status).toBe(200)
    for (const funding_type of ['ebt_snap', 'ebt_cash']) {
      const answer = await capture(await pay({ funding_type }))
      expect([answer.status, codeOf(answer)]).toEqual([400, code])
    }
  })

  test.each([
    ['4444444444444451', '20.00'],
    ['9999420000000001', '1000.01'],
  ])('the ebt_error_51 of the card %s has both balances in its details', async (pan, amount) => {
    const { capture, pay } = await customer(pan)
    expect((await capture(await pay({ amount }))).body).toMatchObject({
      error: {
        forage_code: 'ebt_error_51',
        details: { snap_balance: '1000.00', cash_balance: '1000.00' },
      },
    })
  })

  test('no other decline has details', async () => {
    const { capture, pay } = await customer('4444444444444454')
    const { error } = (await capture(await pay())).body as { error: object }
    expect(error).not.toHaveProperty('details')
  })

  test.each(['balance', 'capture'] as const)(
    'a timeout of the network (%s) has the recorded words and the status_code 504',
    async (what) => {
      const { balance, capture, pay } = await customer(`${what === 'balance' ? 5 : 4}`.repeat(14) + '91')
      const answer = what === 'balance' ? await balance() : await capture(await pay())
      expect(answer).toMatchObject({
        status: 400,
        body: {
          error: {
            message: 'Authorizer not available (time-out) - Host Not Available',
            forage_code: 'ebt_error_91',
            status_code: 504,
          },
        },
      })
    },
  )

  test('the card 654321… has no EBT Cash', async () => {
    expect((await (await customer('6543210000000000')).balance()).body).toMatchObject({
      balance: { snap: '1000.00', non_snap: '0.00' },
    })
  })
})

describe('a card on no list', () => {
  test.each(['5076801234567845', '4012888888881881', '4333333333333399', '55555555555555514'])(
    'the card %s pays and gets its refund, with any PIN',
    async (pan) => {
      const { balance, capture, pay, refund } = await customer(pan)
      expect((await balance('4711')).body).toMatchObject({
        balance: { snap: '1000.00', non_snap: '1000.00' },
      })
      const ref = await pay()
      expect((await capture(ref)).body).toMatchObject({ status: 'succeeded' })
      expect((await refund(ref, '20.00')).body).toMatchObject({ status: 'succeeded' })
    },
  )

  test('with `unlistedCards: "decline"`, a card on no list has an invalid number', async () => {
    const { balance } = await customer('5076801234567845', { unlistedCards: 'decline' })
    expect(codeOf(await balance())).toBe('ebt_error_14')
  })
})

describe('test cards of one page of the docs', () => {
  const strict: Partial<Switches> = { testCardPage: 'current', unlistedCards: 'decline' }

  test.each(['5555555555555599', '4444444444444461', '3333333333333301', '4333333333333303'])(
    'with the current page only, %s is a card on no list',
    async (pan) => {
      expect(codeOf(await (await customer(pan, strict)).balance())).toBe('ebt_error_14')
      expect((await (await customer(pan, { testCardPage: 'current' })).balance()).status).toBe(200)
    },
  )

  test.each(['4444444444444443', '3333333333333345', '4333333333333309', '9999420000000001'])(
    'with the current page only, %s is still listed',
    async (pan) => {
      expect((await (await customer(pan, strict)).balance()).status).toBe(200)
    },
  )

  test.each([
    ['archived', 'ebt_snap', 'failed'],
    ['archived', 'ebt_cash', 'failed'],
    ['current', 'ebt_snap', 'succeeded'],
    ['both', 'ebt_snap', 'succeeded'],
  ] as const)(
    'on the page %s, a refund by %s to the card 4333333333333311 has %s',
    async (testCardPage, funding_type, status) => {
      const { capture, pay, refund } = await customer('4333333333333311', { testCardPage })
      const ref = await pay({ funding_type })
      await capture(ref)
      expect((await refund(ref, '5.00')).body).toMatchObject({ status })
    },
  )
})
