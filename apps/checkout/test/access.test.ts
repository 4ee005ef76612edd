import { request } from 'node:http'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { startCheckout, type RunningCheckout } from '../src/checkout-app.ts'
import { Shopper } from './shopper.ts'

let shop: RunningCheckout
let customer: Shopper

beforeEach(async () => {
  shop = await startCheckout({ port: 0, emulatorPort: 0 })
  customer = await new Shopper(shop).signIn()
})
afterEach(() => shop.close())

interface RawRequest {
  method?: string
  path: string
  headers: Record<string, string>
  /** The parts of the body, sent without a length. */
  body?: Iterable<string>
}

/** Sends a request with headers that `fetch` does not allow, and returns the status of the answer. */
function statusOf({ method = 'GET', path, headers, body = [] }: RawRequest): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(shop.url + path, { method, headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    // The server may close the connection before it has read the whole body.
    sent.on('error', reject)
    for (const part of body) sent.write(part)
    sent.end()
  })
}

const port = (): string => new URL(shop.url).port

test.each([
  ['GET', '/api/config'],
  ['GET', '/api/store/orders'],
  ['POST', '/api/store/account'],
  ['POST', '/api/forage/session-token'],
  ['POST', '/api/webhooks/forage'],
  ['POST', '/api/demo/expire'],
  ['GET', '/healthz'],
  ['GET', '/store'],
  ['GET', '/'],
])(
  'another site that points its own name at this machine gets no answer from %s %s',
  async (method, path) => {
    for (const host of [`rebound.example:${port()}`, 'localhost.rebound.example', '10.0.0.7', 'null'])
      expect([host, await statusOf({ method, path, headers: { Host: host } })]).toEqual([host, 421])
  },
)

test('the shop answers to every name of this machine', async () => {
  for (const name of ['localhost', '127.0.0.1', '127.0.0.2', '[::1]', 'shop.localhost', 'LOCALHOST'])
    expect([name, await statusOf({ path: '/api/config', headers: { Host: `${name}:${port()}` } })]).toEqual([
      name,
      200,
    ])
})

test('a request that names another host in its target is refused', async () => {
  const sent = new Promise<number | undefined>((resolve, reject) => {
    const headers = { Host: `127.0.0.1:${port()}` }
    const target = { port: port(), host: '127.0.0.1', path: 'http://rebound.example/api/config', headers }
    request(target, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
  expect(await sent).toBe(421)
})

const tooLong = Array.from({ length: 65 }, () => 'x'.repeat(1024))

test.each([
  '/api/orders',
  '/api/account',
  '/api/store/account',
  '/api/forage/session-token',
  // The signature is wrong, too, but the length is checked first: an unsigned body must not fill the memory.
  '/api/webhooks/forage',
])('a body of more than 64 KiB is refused at %s, with and without a declared length', async (path) => {
  const signedIn = await customer.send('POST', '/api/account', { account: 'maria' })
  const headers = {
    Cookie: signedIn.headers.get('Set-Cookie')!.split(';')[0]!,
    Origin: shop.url,
    'Content-Type': 'application/json',
  }
  const declared = await fetch(shop.url + path, { method: 'POST', headers, body: tooLong.join('') })
  expect(declared.status).toBe(413)
  expect(await statusOf({ method: 'POST', path, headers, body: tooLong })).toBe(413)
})

test('a sign-in as someone else ends the earlier sign-in, also for a copy of its cookie', async () => {
  const { id } = await customer.checkOut()
  const copy = customer.copy()
  expect(await copy.read(id)).toMatchObject({ id })
  await customer.signIn('james')
  await expect(copy.read(id)).rejects.toThrow('signed_out')
  await expect(customer.read(id)).rejects.toThrow('unknown_order')
})

test('a sign-in as an unknown account changes nothing', async () => {
  const { id } = await customer.checkOut()
  expect((await customer.send('POST', '/api/account', { account: 'nobody' })).status).toBe(400)
  expect(await customer.read(id)).toMatchObject({ id })
})

test('a sign-in of the staff and one of a customer do not end each other', async () => {
  const { id } = await customer.checkOut()
  const manager = await new Shopper(shop).signIn('store', '/api/store/account')
  expect(await customer.read(id)).toMatchObject({ id })
  expect((await manager.send('GET', '/api/store/orders')).status).toBe(200)
})
