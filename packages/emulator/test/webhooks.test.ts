import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

import { afterEach, expect, test } from 'vitest'

import type { EmulatorOptions } from '../src/index.ts'
import { card, createMerchant, type Merchant } from './support/merchant.ts'

interface Received {
  readonly signature: string
  readonly body: string
}

interface Event {
  readonly ref: string
  readonly data: { readonly payment_ref: string }
}

const secret = 'webhook-secret'
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** Starts a merchant's webhook endpoint over real HTTP that answers with the given statuses in order, then with 200. */
async function receiver(...statuses: number[]): Promise<{ url: string; next(): Promise<Received> }> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const signature = String(request.headers['webhook-signature'])
    received.push({ signature, body: await text(request) })
    response.writeHead(statuses.shift() ?? 200).end()
    server.emit('received')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => server.close())
  const { port } = server.address() as AddressInfo
  const next = async (): Promise<Received> => {
    if (received.length === 0) await once(server, 'received')
    return received.shift() as Received
  }
  return { url: `http://127.0.0.1:${port}/webhooks`, next }
}

function isSigned({ signature, body }: Received): boolean {
  const [, seconds, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? []
  return mac === createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
}

async function capture(merchant: Merchant): Promise<string> {
  const token = await merchant.authenticationToken()
  const method = await merchant.paymentMethod(token, card)
  const ref = await merchant.payment(token, { amount: '20.00', payment_method: method.ref })
  const pin = { pin: '1234', card_number_token: method.vaultToken }
  await merchant.postJson(`/proxy/api/payments/${ref}/capture/`, token, pin)
  return ref
}

test('a captured payment is sent to webhooks with a signature that proves sender and time', async () => {
  const { url, next } = await receiver()
  const merchant = createMerchant({ webhooks: [{ url, secret }] })
  const ref = await capture(merchant)
  const delivery = await next()
  expect(isSigned(delivery)).toBe(true)
  expect(delivery.signature).toContain(`t=${Date.UTC(2026, 0, 15, 12) / 1000},`)
  // docs.joinforage.app/docs/webhooks-event-reference
  expect(JSON.parse(delivery.body)).toEqual({
    type: 'PAYMENT_STATUS_UPDATED',
    ref: expect.stringMatching(/^[0-9a-f]{10}$/),
    created: '2026-01-15T04:00:00.000000-08:00',
    data: {
      payment_ref: ref,
      order_ref: null,
      status: 'succeeded',
      amount: '20.00',
      funding_type: 'ebt_snap',
      merchant_fns: '9000055',
      merchant_id: '123ab45c67',
    },
  })
})

test('each event has its own ref, which differs from the refs of objects', async () => {
  const { url, next } = await receiver()
  const merchant = createMerchant({ webhooks: [{ url, secret }] })
  const payments = [await capture(merchant), await capture(merchant)]
  const events = [await next(), await next()].map(({ body }) => JSON.parse(body) as Event)
  expect(events.map(({ data }) => data.payment_ref).toSorted()).toEqual(payments.toSorted())
  expect(new Set([...payments, ...events.map(({ ref }) => ref)]).size).toBe(4)
})

test.each([
  ['2024-03-05', '2026-01-15T04:00:00.000000-08:00'],
  ['2024-05-07', '2026-01-15T12:00:00.000000Z'],
] as const)(
  'the account’s default version %s formats the time of an event',
  async (apiDefaultVersion, created) => {
    const { url, next } = await receiver()
    const merchant = createMerchant({ webhooks: [{ url, secret }], switches: { apiDefaultVersion } })
    await capture(merchant)
    expect(JSON.parse((await next()).body)).toMatchObject({ created })
  },
)

test('a failed delivery is repeated with doubled waits until the endpoint answers 2xx', async () => {
  const { url, next } = await receiver(500, 503)
  const merchant = createMerchant({ webhooks: [{ url, secret }] })
  const { control } = merchant.emulator
  const begun = Date.UTC(2026, 0, 15, 12)
  const payment = await capture(merchant)
  const received: Received[] = []
  for (const [attempt, waitMs] of [1000, 2000].entries()) {
    received.push(await next())
    await expect.poll(() => control.deliveries()).toHaveLength(attempt + 1)
    await control.advance(waitMs)
  }
  received.push(await next())
  expect(received.every(isSigned)).toBe(true)
  await expect.poll(() => control.deliveries()).toHaveLength(3)
  const { ref } = JSON.parse(received[0]?.body ?? '') as Event
  for (const delivery of control.deliveries())
    expect(delivery).toMatchObject({ ref, data: { payment_ref: payment } })
  for (const { body } of received) expect(JSON.parse(body)).toMatchObject({ ref })
  expect(control.deliveries().map(({ at, attempt, status }) => [at - begun, attempt, status])).toEqual([
    [0, 1, 500],
    [1000, 2, 503],
    [3000, 3, 200],
  ])
})

test('webhooks receive only the requested types, and reset cancels pending deliveries', async () => {
  const calls: string[] = []
  const fetch = (async (url: string) => {
    calls.push(url)
    throw new TypeError('offline')
  }) as unknown as typeof globalThis.fetch
  const webhooks = [
    { url: 'http://127.0.0.1:1/refunds', secret, types: ['REFUND_STATUS_UPDATED' as const] },
    { url: 'http://127.0.0.1:1/all', secret },
  ]
  const merchant = createMerchant({ webhooks, fetch })
  const { control } = merchant.emulator
  await capture(merchant)
  await expect.poll(() => control.deliveries()).toHaveLength(1)
  control.reset()
  await control.advance(3_600_000)
  expect([calls, control.deliveries()]).toEqual([['http://127.0.0.1:1/all'], []])
})

test.each<[string, EmulatorOptions['webhooks']]>([
  ['the url has to be one of http or https, got "ftp://x"', [{ url: 'ftp://x', secret }]],
  ['the secret has to be a non-empty string', [{ url: 'http://x', secret: '' }]],
])('an invalid webhook endpoint is refused at creation: %s', (sentence, webhooks) => {
  expect(() => createMerchant({ webhooks: webhooks ?? [] })).toThrow(sentence)
})
