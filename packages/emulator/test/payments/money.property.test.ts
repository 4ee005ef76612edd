import fc from 'fast-check'
import { expect, test } from 'vitest'

import { checkout, type Checkout } from '../support/checkout.ts'

type Wire = Record<string, unknown> & { ref: string; status: string; amount: string | null }

/** The next step of a merchant or a customer. `which` counts around to one of the payments. */
type Step =
  | { readonly do: 'create'; readonly cents: number | null }
  | { readonly do: 'patch' | 'refund'; readonly which: number; readonly cents: number }
  | { readonly do: 'capture'; readonly which: number; readonly pin: string }
  | { readonly do: 'collect' | 'serverCapture' | 'captureSync' | 'cancel'; readonly which: number }
  | { readonly do: 'advance'; readonly minutes: number }

const GOOD_PIN = '1234'
const cents = fc.oneof(fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 1, max: 999 }))
const which = fc.nat(3)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('create' as const), cents: fc.option(cents, { freq: 5 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('capture' as const),
      which,
      pin: fc.constantFrom(GOOD_PIN, GOOD_PIN, '0000'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('refund' as const, 'refund' as const, 'patch' as const),
      which,
      cents,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'collect' as const,
        'serverCapture' as const,
        'captureSync' as const,
        'cancel' as const,
      ),
      which,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('advance' as const), minutes: fc.integer({ min: 1, max: 20 }) }),
  },
)

function isOver(payment: Wire | undefined): boolean {
  return payment?.status === 'succeeded' || payment?.status === 'canceled'
}

/** Returns the fields that no step may change after a payment succeeded or was canceled. Refunds and metadata may change. */
function terminal(payment: Wire | undefined): unknown {
  const known: Partial<Wire> = payment ?? {}
  const { metadata: _metadata, refunds: _refunds, updated: _updated, ...rest } = known
  return rest
}

function inCents(amount: unknown): number {
  return Math.round(Number(amount) * 100)
}

function sum(all: readonly Wire[]): number {
  return all.reduce((total, { amount }) => total + inCents(amount), 0)
}

async function take(shop: Checkout, payments: Map<string, Wire>, next: Step): Promise<void> {
  const { call, merchant, method } = shop
  if (next.do === 'advance') return merchant.emulator.control.advance(next.minutes * 60_000)
  if (next.do === 'create') {
    const amount = next.cents === null ? {} : { amount: (next.cents / 100).toFixed(2) }
    const fields = { funding_type: 'ebt_snap', payment_method: method.ref, is_delivery: false, ...amount }
    const created = (await call('POST', '/api/payments/', { ...fields, external_order_id: 'o' })).body as Wire
    return void payments.set(created.ref, created)
  }
  const ref = [...payments.keys()][next.which % payments.size]
  if (ref !== undefined) await takeOn(shop, ref, next)
}

async function takeOn(
  { call, merchant, method, parent, refund }: Checkout,
  ref: string,
  next: Exclude<Step, { do: 'create' | 'advance' }>,
): Promise<unknown> {
  const path = `/api/payments/${ref}`
  if (next.do === 'patch')
    return call('PATCH', `${path}/`, { amount: (next.cents / 100).toFixed(2), metadata: { n: next.cents } })
  if (next.do === 'refund') return refund(ref, (next.cents / 100).toFixed(2))
  if (next.do === 'serverCapture') return call('POST', `${path}/capture_payment/`, {})
  if (next.do === 'captureSync') return call('POST', `${path}/capture-sync/`)
  if (next.do === 'cancel') return call('POST', `${path}/cancel/`)
  const pin = { pin: next.do === 'capture' ? next.pin : GOOD_PIN, card_number_token: method.vaultToken }
  return merchant.postJson(`/proxy${path}/${next.do === 'collect' ? 'collect_pin' : 'capture'}/`, parent, pin)
}

/** Returns the balance. The good PIN also keeps the card from its lock and its account from its hourly reset. */
async function left({ merchant, method, parent }: Checkout): Promise<number> {
  const pin = { pin: GOOD_PIN, card_number_token: method.vaultToken }
  const path = `/proxy/api/payment_methods/${method.ref}/balance/`
  const { body } = await merchant.postJson(path, parent, pin)
  return inCents((body as { balance: { snap: string } }).balance.snap)
}

test('any sequence of payment steps leaves money and records consistent', { timeout: 30_000 }, async () => {
  const total = { captured: 0, refunded: 0 }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30, size: 'max' }), async (steps) => {
      const shop = await checkout('6777777777771234')
      const payments = new Map<string, Wire>()
      let moved = { captured: 0, refunded: 0 }
      for (const next of steps) {
        await take(shop, payments, next)
        const list = await shop.call('GET', '/api/payments/?external_order_id=o&with_refunds')
        const now = (list.body as (Wire & { refunds: Wire[] })[]) ?? []
        const over = now.filter(({ ref }) => isOver(payments.get(ref)))
        expect(over.map(terminal)).toEqual(over.map(({ ref }) => terminal(payments.get(ref))))
        for (const payment of now) payments.set(payment.ref, payment)
        for (const { amount, refunds } of now)
          expect(sum(refunds.filter(({ status }) => status === 'succeeded'))).toBeLessThanOrEqual(
            inCents(amount),
          )
        const captured = now.filter(({ status }) => status === 'succeeded')
        const refunds = now
          .flatMap((payment) => payment.refunds)
          .filter(({ status }) => status === 'succeeded')
        expect(await left(shop)).toBe(100_000 - sum(captured) + sum(refunds))
        expect(shop.merchant.emulator.control.counts().captures).toBe(captured.length)
        moved = { captured: captured.length, refunded: refunds.length }
      }
      total.captured += moved.captured
      total.refunded += moved.refunded
    }),
    { numRuns: 60, seed: 7 },
  )
  // Without these payments the test would prove nothing.
  expect(total.captured).toBeGreaterThan(60)
  expect(total.refunded).toBeGreaterThan(20)
})
