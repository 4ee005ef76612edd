import { describe, expect, test } from 'vitest'

import type { Answer } from '../support/merchant.ts'
import { capture, errorCode, fullyHosted, openShop, type Shop } from '../support/shop.ts'

function page(shop: Shop, ref: string): Promise<Answer> {
  return shop.send(`/payment?order=${ref}&merchant=9000055`)
}

const location = (answer: Answer): string | null => answer.headers.get('location')

describe('the hosted payment page', () => {
  test('the hosted payment page shows the amounts per tender, under a policy that allows no script', async () => {
    const shop = await openShop()
    const { body, headers } = await page(shop, await shop.fullyHosted())
    for (const amount of ['$25.99', '$20.00', '$5.99', '$51.98']) expect(body).toContain(amount)
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'self' http://localhost https://shop.example; frame-ancestors 'self' http://localhost https://shop.example",
    )
    expect(body).not.toMatch(/<script|style=|\son\w+=/)
    expect(body).not.toContain(shop.token)
  })

  test('the hosted payment page is found only with its merchant', async () => {
    const shop = await openShop()
    const ref = await shop.fullyHosted()
    expect((await shop.send(`/payment?order=${ref}&merchant=9000056`)).status).toBe(404)
    expect((await shop.send('/payment?order=0000000000&merchant=9000055')).status).toBe(404)
  })

  test('the hosted payment page pays once: SNAP and EBT Cash from the EBT card, the rest by credit card', async () => {
    const shop = await openShop()
    const ref = await shop.fullyHosted()
    const paid = await shop.pay(ref)
    expect(paid.status).toBe(303)
    expect(location(paid)).toBe(fullyHosted.success_redirect_url)
    expect(await shop.order(ref)).toMatchObject({
      status: 'succeeded',
      success_date: '2026-01-15T12:00:00.000000Z',
      receipt: {
        ref_number: ref,
        transaction_type: 'Order',
        snap_amount: '25.99',
        ebt_cash_amount: '20.00',
        other_amount: '5.99',
        last_4: '0001',
        balance: { snap: '974.01', non_snap: '980.00' },
      },
    })
    expect(location(await shop.pay(ref))).toBe(fullyHosted.success_redirect_url)
    expect(shop.emulator.control.counts().captures).toBe(2)
    expect((await page(shop, ref)).body).toContain('Payment complete')
  })

  test('the hosted payment page pays once for a double click', async () => {
    const shop = await openShop()
    const ref = await shop.fullyHosted()
    const answers = await Promise.all([shop.pay(ref), shop.pay(ref)])
    expect(answers.map(location)).toEqual(Array(2).fill(fullyHosted.success_redirect_url))
    expect((await shop.order(ref))['payments']).toHaveLength(2)
    expect(shop.emulator.control.counts().captures).toBe(2)
  })

  test('the hosted payment page shows why a card was declined, and the next try pays only the rest', async () => {
    const shop = await openShop()
    const ref = await shop.fullyHosted()
    // The card has $0 of EBT Cash, so SNAP succeeds and EBT Cash does not.
    const poor = { card_number: '6543210000000000' }
    expect(location(await shop.pay(ref, poor))).toContain('/payment?order=')
    expect((await page(shop, ref)).body).toContain('ebt_error_51')
    expect(await shop.order(ref)).toMatchObject({
      status: 'failed',
      previous_errors: [{ code: 'ebt_error_51' }],
    })
    expect(location(await shop.pay(ref))).toContain('problem=different_ebt_card')
    await shop.call('PATCH', `/api/orders/${ref}/`, { supported_benefits: ['snap', 'non_ebt'] })
    const { body } = await shop.call('GET', `/api/orders/${ref}/payments/`)
    const [, cash] = body as { ref: string }[]
    await shop.call('POST', `/api/orders/${ref}/payments/${cash?.ref}/cancel/`)
    expect(location(await shop.pay(ref, poor))).toBe(fullyHosted.success_redirect_url)
    expect(await shop.order(ref)).toMatchObject({
      status: 'succeeded',
      receipt: { snap_amount: '25.99', ebt_cash_amount: '0.00', other_amount: '25.99' },
    })
    expect(shop.emulator.control.counts().captures).toBe(1)
  })

  test.each(['45', '01'])(
    'the credit part of an order fails for the test card 33333333333333%s, after its benefits have paid',
    async (number) => {
      const shop = await openShop()
      const ref = await shop.fullyHosted()
      await shop.pay(ref, { card_number: `33333333333333${number}` })
      expect(await shop.order(ref)).toMatchObject({
        status: 'failed',
        previous_errors: [{ code: 'ebt_error_56' }],
      })
      expect(shop.emulator.control.counts().captures).toBe(2)
    },
  )

  test.each([
    [{ card_number: '1234' }, 'card_number'],
    [{ card_number: '' }, 'card_number'],
    [{ pin: '12a4' }, 'pin'],
  ])('the hosted payment page shows the form again for %o and sends no payment', async (fields, problem) => {
    const shop = await openShop()
    const ref = await shop.fullyHosted()
    const before = await shop.order(ref)
    const answer = await shop.pay(ref, fields)
    expect(location(answer)).toContain(`problem=${problem}`)
    expect(
      (await shop.send(new URL(location(answer) ?? '').pathname + new URL(location(answer) ?? '').search))
        .body,
    ).toContain('role="alert"')
    expect(await shop.order(ref)).toEqual(before)
  })

  test('the hosted payment page escapes the merchant’s text and shows only known problems', async () => {
    const shop = await openShop()
    const evil = 'https://shop.example/"><script>alert(1)</script>'
    const ref = await shop.fullyHosted({ cancel_redirect_url: evil })
    const { body } = await shop.send(`/payment?order=${ref}&merchant=9000055&problem=<script>`)
    expect(body).not.toContain('<script>')
    expect(body).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(body).not.toContain('role="alert"')
  })

  test('the hosted payment page of a Custom session requires payments that add up', async () => {
    const shop = await openShop()
    const ref = await shop.capture()
    expect(location(await shop.pay(ref))).toContain('problem=wrong_payment_total')
    expect(await shop.order(ref)).toMatchObject({ status: 'draft' })
  })

  test('the hosted payment page of a Custom session takes the PIN for a known card', async () => {
    const shop = await openShop()
    const { ref: method } = await shop.paymentMethod(shop.token)
    const { snap_total: _snap, ebt_cash_total: _cash, ...body } = capture
    const headers = { 'API-Version': '2024-03-05' }
    const details = { ebt_snap: { payment_method: method, amount: 7 } }
    const opened = await shop.call(
      'POST',
      '/api/capture_sessions/',
      { ...body, payment_details: details },
      headers,
    )
    const { ref } = opened.body as { ref: string }
    expect((await page(shop, ref)).body).toContain('EBT card ending in 0001')
    expect(location(await shop.pay(ref))).toBe(capture.success_redirect_url)
    expect(await shop.order(ref)).toMatchObject({ status: 'succeeded', receipt: { snap_amount: '7.00' } })
  })
})

test('a hosted page sends its form to the vault under the name by which the customer reached this machine', async () => {
  const shop = await openShop({ vaultUrl: 'http://127.0.0.1:4011' })
  const ref = await shop.fullyHosted()
  const url = `http://10.0.2.2:4010/payment?order=${ref}&merchant=9000055`
  const answer = await shop.emulator.fetch(new Request(url))
  expect(await answer.text()).toContain(`action="http://10.0.2.2:4011/proxy/hosted/orders/${ref}/"`)
  expect(answer.headers.get('content-security-policy')).toContain(
    "form-action 'self' http://10.0.2.2:4011 https://shop.example;",
  )
})

test('the hosted balance page stores the balance on the payment method', async () => {
  const shop = await openShop()
  const { ref: method } = await shop.paymentMethod(shop.token, '6777777777771234')
  const { success_redirect_url, cancel_redirect_url } = fullyHosted
  const body = { payment_method: method, success_redirect_url, cancel_redirect_url }
  const opened = (await shop.call('POST', '/api/balance_sessions/', body)).body as {
    ref: string
    redirect_url: string
  }
  const enter = (pin: string): Promise<Answer> =>
    shop.send(`/proxy/hosted/balance_sessions/${opened.ref}/`, {
      method: 'POST',
      body: new URLSearchParams({ pin }),
    })
  expect(location(await enter('0000'))).toBe(opened.redirect_url)
  expect((await shop.send(opened.redirect_url.replace('http://localhost', ''))).body).toContain(
    'ebt_error_55',
  )
  expect(location(await enter('1234'))).toBe(success_redirect_url)
  expect((await shop.call('GET', `/api/payment_methods/${method}/`)).body).toMatchObject({
    balance: { snap: '1000.00', non_snap: '1000.00' },
  })
})

describe('onboarding', () => {
  const path = '/api/accounts/merchants/onboarding_session/'

  test('an onboarding session requires the scope accounts, which opens nothing else', async () => {
    const shop = await openShop()
    const accounts = await shop.authenticationToken({ scope: 'accounts' })
    expect((await shop.postJson(path, accounts, {})).status).toBe(201)
    const headers = { 'Idempotency-Key': 'key' }
    expect((await shop.postJson('/api/sessions/', accounts, fullyHosted, headers)).status).toBe(403)
    const other = await shop.authenticationToken({ scope: 'pinpad_only hosted_checkout reporting' })
    expect(await shop.postJson(path, other, {})).toMatchObject({ status: 403, body: errorCode('forbidden') })
  })

  test('the onboarding page verifies an FNS number of seven digits', async () => {
    const shop = await openShop()
    const { redirect_url: url } = (
      await shop.call('POST', path, {
        success_redirect_url: 'https://platform.example/done',
      })
    ).body as { redirect_url: string }
    const submit = (fns: string): Promise<Answer> =>
      shop.send(url.replace('http://localhost', ''), {
        method: 'POST',
        body: new URLSearchParams({ name: 'Corner Store', fns_number: fns }),
      })
    expect(location(await submit('12'))).toBe(url)
    expect((await shop.send(url.replace('http://localhost', ''))).body).toContain('could not be verified')
    expect(location(await submit('1234567'))).toBe('https://platform.example/done')
  })
})
