import { expectNoTokenLeak } from '@forage-session/core/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { startCheckout, type RunningCheckout } from '../src/checkout-app.ts'
import { passMs, slow } from '../src/merchant/api/demo-api.ts'
import type { Order } from '../src/merchant/api/shop-api.ts'
import { EventStream } from './event-stream.ts'
import { Shopper } from './shopper.ts'
import { TokenWatch } from './token-watch.ts'

let shop: RunningCheckout
let customer: Shopper

beforeEach(async () => {
  shop = await startCheckout({ port: 0, emulatorPort: 0 })
  customer = await new Shopper(shop).signIn()
})
afterEach(() => shop.close())

async function press(fault: string): Promise<unknown> {
  return (await customer.send('POST', `/api/demo/${fault}`, {})).json()
}

async function pay(): Promise<Order> {
  const { id } = await customer.checkOutWithCard()
  const { payments } = await customer.prepare(id, { snapCents: 858 })
  await customer.capture(id, payments[0]!)
  return await customer.read(id)
}

test('the stream first sends all earlier entries, then new ones: requests, backend events, webhooks and faults', async () => {
  await customer.checkOutWithCard()
  await using stream = new EventStream(shop.url)
  await stream.until(({ updates }) => updates.length > 0)
  expect(stream.updates[0]).toMatchObject({
    isWhole: true,
    status: {
      counts: { authenticationTokens: 1, sessionTokens: 1, captures: 0 },
      live: { authenticationTokens: 1, sessionTokens: 1 },
      armed: [],
    },
  })
  expect(stream.entries.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['request', 'backend']))
  await press('expire')
  await pay()
  await stream.until(({ entries }) => entries.some(({ kind }) => kind === 'webhook'))
  expect(stream.entries).toContainEqual(
    expect.objectContaining({ kind: 'fault', fault: 'expire', outcome: { expired: 1 } }),
  )
  const capture = stream.entries.find(
    (one) => one.kind === 'request' && one.request.path.endsWith('/capture/'),
  )
  expect(capture).toMatchObject({
    request: { method: 'POST', status: 200, durationMs: expect.any(Number), fingerprint: expect.any(String) },
  })
  expect(stream.updates.slice(1).every(({ isWhole }) => !isWhole)).toBe(true)
  expect(new Set(stream.entries.map(({ kind, id }) => `${kind} ${id}`)).size).toBe(stream.entries.length)
})

test('the stream contains no token and no part of a token', async () => {
  using watch = new TokenWatch()
  await using stream = new EventStream(shop.url)
  const order = await pay()
  await press('revoke')
  await customer.sessionToken(order.id)
  await stream.until(({ entries }) => entries.some(({ kind }) => kind === 'webhook'))
  expect(watch.tokens.length).toBeGreaterThan(1)
  expectNoTokenLeak({ tokens: watch.tokens, updates: stream.updates })
})

test('several watchers receive the same updates, and a closed one receives no more', async () => {
  await using first = new EventStream(shop.url)
  const second = new EventStream(shop.url)
  await first.until(({ updates }) => updates.length > 0)
  await second.until(({ updates }) => updates.length > 0)
  await second[Symbol.asyncDispose]()
  const received = second.updates.length
  await press('expire')
  await first.until(({ entries }) => entries.some(({ kind }) => kind === 'fault'))
  expect(second.updates).toHaveLength(received)
})

test('each fault reports its outcome, and pending faults can be canceled', async () => {
  await customer.checkOutWithCard()
  expect(await press('expire')).toEqual({ expired: 1 })
  expect(await press('expire')).toEqual({ expired: 0 })
  expect(await press('reject')).toEqual({ armed: 1 })
  expect(await press('slow')).toEqual({ armed: slow.count })
  const { control } = shop.emulator!.emulator
  expect(control.faults().map(({ fault, left }) => [fault.kind, left])).toEqual([
    ['reject', 1],
    ['latency', slow.count],
  ])
  expect(await press('calm')).toEqual({ takenBack: 2 })
  expect(control.faults()).toEqual([])
  expect(await press('revoke')).toEqual({ revoked: 1 })
  expect(control.live()).toEqual({ authenticationTokens: 0, sessionTokens: 0 })
})

test('time passes for the emulator and the backend alike, and the entries keep their real time', async () => {
  const { id } = await customer.checkOutWithCard()
  await using stream = new EventStream(shop.url)
  const { control } = shop.emulator!.emulator
  expect(control.live().sessionTokens).toBe(1)
  expect(await press('pass')).toEqual({ passedMs: passMs })
  expect(control.live()).toEqual({ authenticationTokens: 1, sessionTokens: 0 })
  const { createdAt } = await customer.checkOut()
  expect(createdAt - (await customer.read(id)).createdAt).toBeGreaterThanOrEqual(passMs)
  await pay()
  await stream.until(({ entries }) => entries.some(({ kind }) => kind === 'webhook'))
  for (const { at } of stream.entries) expect(at).toBeLessThanOrEqual(Date.now())
})

test('a page of another site can neither cause faults nor read the stream', async () => {
  const headers = { Origin: 'https://elsewhere.example', 'Content-Type': 'text/plain' }
  for (const fault of ['expire', 'revoke', 'reject', 'slow', 'calm', 'pass']) {
    const response = await fetch(`${shop.url}/api/demo/${fault}`, { method: 'POST', headers, body: '{}' })
    expect([fault, response.status]).toEqual([fault, 403])
  }
  const ending = new AbortController()
  const stream = await fetch(`${shop.url}/api/demo/events`, { headers, signal: ending.signal })
  expect(stream.headers.get('Access-Control-Allow-Origin')).toBeNull()
  ending.abort()
})
