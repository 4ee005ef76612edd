import { setImmediate } from 'node:timers/promises'

import { afterEach, describe, expect, test, vi } from 'vitest'

import { startEmulator, type RunningEmulator } from '../../src/node.ts'
import { createMerchant, stoppedClock, type Merchant } from '../support/merchant.ts'

const card = { type: 'ebt', card: { number: '9999420000000001' } }

async function stored(merchant: Merchant, token: string): Promise<number> {
  return (await merchant.postJson('/api/payment_methods/', token, card)).status
}

/** Counts the stored cards. Each card without a customer is a new one. */
function methodsMade({ emulator }: Merchant): number {
  const made = emulator.control.requests().filter(({ status }) => status === 201)
  return made.length
}

describe('a dropped connection', () => {
  test('a connection dropped before the request is applied changes nothing', async () => {
    const merchant = createMerchant()
    const token = await merchant.sessionToken()
    merchant.emulator.control.fault({ kind: 'drop', path: '/o/' })
    await expect(merchant.authenticationToken()).rejects.toThrow(TypeError)
    expect(merchant.emulator.control.counts().authenticationTokens).toBe(1)
    expect(merchant.emulator.control.requests().at(-1)).toMatchObject({ path: '/o/token/', status: 0 })
    expect(await stored(merchant, token)).toBe(201)
  })

  test('a connection dropped after the request was applied keeps the change', async () => {
    const merchant = createMerchant()
    merchant.emulator.control.fault({ kind: 'drop', path: '/o/', when: 'after' })
    await expect(merchant.authenticationToken()).rejects.toThrow(TypeError)
    expect(merchant.emulator.control.counts().authenticationTokens).toBe(1)
  })
})

describe('a request that hangs', () => {
  test('a hanging request ends when the caller aborts', async () => {
    const { emulator } = createMerchant()
    emulator.control.fault({ kind: 'hang' })
    const caller = new AbortController()
    const hung = emulator.fetch(new Request('http://localhost/o/token/', { signal: caller.signal }))
    caller.abort()
    await expect(hung).rejects.toThrow(TypeError)
  })

  test('a hanging request ends with a reset', async () => {
    const { emulator } = createMerchant()
    emulator.control.fault({ kind: 'hang' })
    const hung = Promise.allSettled([emulator.fetch(new Request('http://localhost/o/token/'))])
    await setImmediate()
    emulator.control.reset()
    expect(await hung).toMatchObject([{ status: 'rejected', reason: expect.any(TypeError) }])
  })
})

describe('an answer that does not come from the API', () => {
  test('the fault `html` answers with a gateway’s page', async () => {
    const { emulator } = createMerchant()
    emulator.control.fault({ kind: 'html' })
    const response = await emulator.fetch(new Request('http://localhost/api/payments/0ddbcda871/'))
    expect(response.status).toBe(502)
    expect(response.headers.get('Content-Type')).toContain('text/html')
  })

  test('the fault `truncate` sends half of the JSON', async () => {
    const { emulator } = createMerchant()
    emulator.control.fault({ kind: 'truncate' })
    const response = await emulator.fetch(new Request('http://localhost/api/payments/0ddbcda871/'))
    await expect(response.json()).rejects.toThrow(SyntaxError)
  })

  test('the fault `redirect` redirects to the same URL with 307 or 303', async () => {
    const { emulator } = createMerchant()
    const address = 'http://localhost/api/payments/0ddbcda871/'
    for (const fault of [{}, { status: 303 }] as const) {
      emulator.control.fault({ kind: 'redirect', ...fault })
      const response = await emulator.fetch(new Request(address))
      expect([response.status, response.headers.get('Location')]).toEqual([
        'status' in fault ? fault.status : 307,
        address,
      ])
    }
  })

  test('the fault `skew` moves only the Date header', async () => {
    const { emulator } = createMerchant({ clock: stoppedClock(Date.UTC(2026, 0, 15, 12)) })
    emulator.control.fault({ kind: 'skew', ms: -3_600_000 })
    const response = await emulator.fetch(new Request('http://localhost/api/payments/0ddbcda871/'))
    expect(response.headers.get('Date')).toBe('Thu, 15 Jan 2026 11:00:00 GMT')
    expect(emulator.control.requests()[0]?.at).toBe(Date.UTC(2026, 0, 15, 12))
  })
})

test('the fault `duplicate` delivers a request twice', async () => {
  const merchant = createMerchant()
  const token = await merchant.sessionToken()
  merchant.emulator.control.fault({ kind: 'duplicate' })
  expect(await stored(merchant, token)).toBe(201)
  expect(methodsMade(merchant)).toBe(2)
})

describe('requests that faults ignore', () => {
  const kinds = ['skew', 'duplicate', 'html', 'truncate', 'redirect', 'rate-limit'] as const

  test.each(kinds)(
    'the fault `%s` waits for the request of a page and ignores its preflight',
    async (kind) => {
      const { control, fetch: send } = createMerchant().emulator
      control.fault({ kind, ms: 0 })
      const headers = { Origin: 'https://shop.example', 'Access-Control-Request-Method': 'GET' }
      const preflight = new Request('http://localhost/api/payments/x/', { method: 'OPTIONS', headers })
      expect((await send(preflight)).status).toBe(204)
      expect(control.faults()).toMatchObject([{ left: 1 }])
      await send(new Request('http://localhost/api/payments/x/'))
      expect(control.faults()).toEqual([])
    },
  )

  test.each(['/_emulator/state', '/sdk/forage.js'])(
    'the fault `duplicate` ignores a request for %s',
    async (path) => {
      const { control, fetch: send } = createMerchant().emulator
      control.fault({ kind: 'duplicate' })
      await send(new Request(`http://localhost${path}`))
      expect(control.faults()).toMatchObject([{ left: 1 }])
    },
  )
})

test('the fault `truncate` leaves an answer without a body empty', async () => {
  const merchant = createMerchant()
  const token = await merchant.authenticationToken()
  const method = await merchant.paymentMethod(token)
  const ref = await merchant.payment(token, { payment_method: method.ref })
  merchant.emulator.control.fault({ kind: 'truncate' })
  const pin = { pin: '1234', card_number_token: method.vaultToken }
  expect((await merchant.postJson(`/proxy/api/payments/${ref}/collect_pin/`, token, pin)).status).toBe(204)
})

test('an idempotency key is locked while its answer is delayed', async () => {
  const merchant = createMerchant()
  const token = await merchant.authenticationToken()
  const method = await merchant.paymentMethod(token)
  const body = { funding_type: 'ebt_snap', payment_method: method.ref, amount: '1.00' }
  const create = (): ReturnType<Merchant['postJson']> =>
    merchant.postJson('/api/payments/', token, body, { 'Idempotency-Key': 'once' })
  merchant.emulator.control.fault({ kind: 'latency', path: '/api/payments/', ms: 5000, when: 'after' })
  const first = create()
  expect(await create()).toMatchObject({ status: 423, body: { errors: [{ code: 'resource_locked' }] } })
  let isAnswered = false
  void first.then(() => (isAnswered = true))
  // The request that was refused says nothing about how far the first one has come: its delay may begin later.
  await vi.waitFor(async () => {
    await merchant.emulator.control.advance(5000)
    expect(isAnswered).toBe(true)
  })
  const { status, body: created } = await first
  expect(status).toBe(201)
  expect(await create()).toMatchObject({ status: 201, body: created })
})

test.each([
  { kind: 'redirect', status: 301 },
  { kind: 'html', status: 404 },
  { kind: 'drop', when: 'later' },
  { kind: 'skew' },
  { kind: 'latency' },
  { kind: 'latency', ms: -1 },
])('the fault $kind with an invalid field is not armed: %o', (fault) => {
  const { emulator } = createMerchant()
  expect(() => emulator.control.fault(fault as never)).toThrow(/^The fault was not armed/)
})

describe('the limiter', () => {
  test('the limiter refuses the 901st request within five minutes from one address, with Retry-After', async () => {
    const { emulator } = createMerchant({ switches: { requestLimit: '900/5min' } })
    const send = async (remoteAddress: string): Promise<Response> =>
      emulator.fetch(new Request('http://localhost/api/payments/0ddbcda871/'), { remoteAddress })
    for (let sent = 0; sent < 900; sent += 1) await send('203.0.113.7')
    const refused = await send('203.0.113.7')
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '300'])
    expect((await send('203.0.113.8')).status).toBe(401)
    await emulator.control.advance(300_000)
    expect((await send('203.0.113.7')).status).toBe(401)
  })

  test('the limiter is off for requests without a port', async () => {
    const { emulator } = createMerchant()
    const answers = await Promise.all(
      Array.from({ length: 1000 }, () => emulator.fetch(new Request('http://localhost/api/payments/x/'))),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
  })
})

describe('an emulator on a port', () => {
  let running: RunningEmulator | undefined
  afterEach(async () => running?.close())

  test('a dropped connection closes the socket', async () => {
    running = await startEmulator({ port: 0 })
    running.emulator.control.fault({ kind: 'drop' })
    await expect(fetch(`${running.url}/api/payments/0ddbcda871/`)).rejects.toThrow('fetch failed')
    expect((await fetch(`${running.url}/api/payments/0ddbcda871/`)).status).toBe(401)
  })

  test('the limiter is on over a port, and counts by the address of the socket', async () => {
    running = await startEmulator({ port: 0 })
    const { emulator, url } = running
    const sender = { remoteAddress: '127.0.0.1' }
    for (let sent = 0; sent < 900; sent += 1)
      await emulator.fetch(new Request('http://localhost/api/payments/x/'), sender)
    expect((await fetch(`${url}/api/payments/x/`)).status).toBe(429)
  })
})
