import { describe, expect, test, vi } from 'vitest'

import { EmulatorError, type AnsweredRequest, type Fault } from '../../src/index.ts'
import { card, createMerchant, field, stoppedClock, type Merchant } from '../support/merchant.ts'

const newMethod = (merchant: Merchant, token: string): ReturnType<Merchant['send']> =>
  merchant.postJson('/api/payment_methods/', token, { type: 'ebt', card: { number: card } })

describe('fault', () => {
  test('the fault `reject` rejects the next requests with a session token and no others', async () => {
    const merchant = createMerchant()
    const token = await merchant.sessionToken()
    merchant.emulator.control.fault({ kind: 'reject', count: 2 })
    expect(
      (await merchant.postJson('/api/session_token/', await merchant.authenticationToken(), {})).status,
    ).toBe(200)
    for (const status of [401, 401, 201]) expect((await newMethod(merchant, token)).status).toBe(status)
  })

  test('the fault `reject` answers any code, on one path', async () => {
    const merchant = createMerchant()
    const token = await merchant.sessionToken()
    merchant.emulator.control.fault({ kind: 'reject', path: '/api/payment_methods/', code: 'bad_signature' })
    expect((await merchant.get('/api/payments/0ddbcda871/', token)).status).toBe(404)
    expect((await newMethod(merchant, token)).body).toMatchObject({
      errors: [{ code: 'bad_signature', message: 'Bad Token Signature' }],
    })
  })

  test('`*` in the path of a fault stands for one segment', async () => {
    const merchant = createMerchant()
    const token = await merchant.sessionToken()
    merchant.emulator.control.fault({ kind: 'reject', path: '/api/payments/*/' })
    expect((await newMethod(merchant, token)).status).toBe(201)
    expect((await merchant.get('/api/payments/0ddbcda871/', token)).status).toBe(401)
  })

  test('the fault `reject` answers invalid_token for authentication tokens, and invalid_client under /o/', async () => {
    const merchant = createMerchant()
    const token = await merchant.authenticationToken()
    merchant.emulator.control.fault({ kind: 'reject', path: '/api/session_token/' })
    expect((await merchant.postJson('/api/session_token/', token, {})).body).toMatchObject({
      errors: [{ code: 'invalid_token' }],
    })
    merchant.emulator.control.fault({ kind: 'reject', path: '/o/token/' })
    await expect(merchant.authenticationToken()).rejects.toThrow('invalid_client')
  })

  test('the fault `reject` under /o/ answers the given code and status', async () => {
    const merchant = createMerchant()
    const answerTo = async (fault: Partial<Fault>): Promise<unknown[]> => {
      merchant.emulator.control.fault({ kind: 'reject', path: '/o/token/', ...fault })
      const { status, body, headers } = await merchant.send('/o/token/', { method: 'POST' })
      return [status, body, headers.has('www-authenticate')]
    }
    expect(await answerTo({})).toEqual([401, { error: 'invalid_client' }, true])
    expect(await answerTo({ code: 'unauthorized_client' })).toEqual([
      400,
      { error: 'unauthorized_client' },
      false,
    ])
    expect(await answerTo({ code: 'server_error', status: 503 })).toEqual([
      503,
      { error: 'server_error' },
      false,
    ])
  })

  test('a fault can be disarmed', async () => {
    const merchant = createMerchant()
    const token = await merchant.sessionToken()
    merchant.emulator.control.fault({ kind: 'reject' })()
    expect((await newMethod(merchant, token)).status).toBe(201)
  })

  test('the fault `rate-limit` answers 429 with the documented words, and Retry-After only on request', async () => {
    const merchant = createMerchant()
    const token = await merchant.sessionToken()
    merchant.emulator.control.fault({ kind: 'rate-limit' })
    const bare = await newMethod(merchant, token)
    expect(bare.status).toBe(429)
    expect(bare.body).toEqual({
      path: '/api/payment_methods/',
      errors: [{ code: 'too_many_requests', message: 'Request was throttled, please try again later.' }],
    })
    expect(bare.headers.has('retry-after')).toBe(false)
    merchant.emulator.control.fault({ kind: 'rate-limit', ms: 1500 })
    expect((await newMethod(merchant, token)).headers.get('retry-after')).toBe('2')
  })

  test('the fault `latency` holds a request for the given time', async () => {
    const merchant = createMerchant()
    const token = await merchant.sessionToken()
    merchant.emulator.control.fault({ kind: 'latency', ms: 5000 })
    let status = 0
    const held = newMethod(merchant, token).then((answer) => (status = answer.status))
    await newMethod(merchant, token)
    await merchant.emulator.control.advance(4999)
    expect(status).toBe(0)
    await merchant.emulator.control.advance(1)
    await held
    expect(status).toBe(201)
  })

  test('the fault `expire-mid-capture` lets the GETs pass and expires the token at the vault', async () => {
    const merchant = createMerchant()
    const parent = await merchant.authenticationToken()
    const token = await merchant.sessionToken(parent)
    const method = await merchant.paymentMethod(token)
    const ref = await merchant.payment(parent, { payment_method: method.ref, amount: '1.00' })
    merchant.emulator.control.fault({ kind: 'expire-mid-capture' })
    expect((await merchant.get(`/api/payments/${ref}/`, token)).status).toBe(200)
    expect((await merchant.get(`/api/payment_methods/${method.ref}/`, token)).status).toBe(200)
    const body = { pin: '1234', card_number_token: method.vaultToken }
    expect(await merchant.postJson(`/proxy/api/payments/${ref}/capture/`, token, body)).toMatchObject({
      status: 401,
      body: { errors: [{ code: 'expired_session_token' }] },
    })
    expect(merchant.emulator.control.counts().captures).toBe(0)
  })

  test.each([
    [{ kind: 'nonsense' }, 'unknown_fault_kind', 'Known kinds: reject, expire-mid-capture, latency, hang,'],
    [{ kind: 'latency' }, 'invalid_fault', '`ms` has to be given'],
    [{ kind: 'reject', count: 0 }, 'invalid_fault', '`count` has to be a whole number from 1 up, got 0'],
    [{ kind: 'reject', probability: 2 }, 'invalid_fault', '`probability`'],
    [{ kind: 'reject', path: 7 }, 'invalid_fault', '`path`'],
    [{ kind: 'reject', code: 5 }, 'invalid_fault', '`code` has to be a string, got 5'],
  ])('the fault %o is refused with a sentence', (fault, code, sentence) => {
    const { control } = createMerchant().emulator
    const arm = (): unknown => control.fault(fault as Fault)
    expect(arm).toThrow(EmulatorError)
    expect(arm).toThrow(expect.objectContaining({ code, message: expect.stringContaining(sentence) }))
  })
})

describe('control', () => {
  test('requests() shows fingerprints, no token and no preflight', async () => {
    const merchant = createMerchant()
    const token = await merchant.sessionToken()
    await merchant.send('/api/payment_methods/?debug=1', {
      method: 'OPTIONS',
      headers: { Origin: 'https://a.example' },
    })
    await merchant.postJson('/api/payment_methods/?debug=1', token, {}, { 'Idempotency-Key': 'k' })
    const log = merchant.emulator.control.requests()
    expect(log.at(-1)).toEqual({
      at: stoppedClock().now(),
      method: 'POST',
      path: '/api/payment_methods/',
      status: 400,
      fingerprint: expect.stringMatching(/^[0-9a-f]{8}$/),
      idempotencyKey: 'k',
    })
    expect(log).toHaveLength(3)
    expect(JSON.stringify(log)).not.toContain(token)
  })

  test('revokeAuthenticationTokens() also ends their session tokens', async () => {
    const merchant = createMerchant()
    const token = await merchant.sessionToken()
    expect(merchant.emulator.control.revokeAuthenticationTokens()).toBe(1)
    expect((await newMethod(merchant, token)).body).toMatchObject({ errors: [{ code: 'invalid_token' }] })
  })

  test('revokeAuthenticationTokens() counts only live tokens', async () => {
    const merchant = createMerchant()
    await merchant.authenticationToken({ expiration_time: '86400' })
    await merchant.authenticationToken()
    await merchant.emulator.control.advance(86_400_000)
    expect(merchant.emulator.control.revokeAuthenticationTokens()).toBe(1)
    expect(merchant.emulator.control.revokeAuthenticationTokens()).toBe(0)
  })

  test('expireSessionTokens() counts only live tokens', async () => {
    const merchant = createMerchant()
    await merchant.sessionToken()
    await merchant.sessionToken()
    expect(merchant.emulator.control.expireSessionTokens()).toBe(2)
    expect(merchant.emulator.control.expireSessionTokens()).toBe(0)
  })

  test('live() counts valid tokens, and no session token after its parent ends', async () => {
    const merchant = createMerchant()
    const { control } = merchant.emulator
    await merchant.sessionToken()
    expect(control.live()).toEqual({ authenticationTokens: 1, sessionTokens: 1 })
    await control.advance(15 * 60_000)
    expect(control.live()).toEqual({ authenticationTokens: 1, sessionTokens: 0 })
    await merchant.sessionToken()
    control.revokeAuthenticationTokens()
    expect(control.live()).toEqual({ authenticationTokens: 0, sessionTokens: 0 })
  })

  test('onRequest receives each request after its answer, with its duration', async () => {
    const received: AnsweredRequest[] = []
    const merchant = createMerchant({ onRequest: (request) => received.push(request) })
    const token = await merchant.sessionToken()
    merchant.emulator.control.fault({ kind: 'latency', ms: 700, path: '/api/payment_methods/' })
    const method = newMethod(merchant, token)
    await vi.waitFor(() => expect(merchant.emulator.control.faults()).toEqual([]))
    await merchant.emulator.control.advance(700)
    await method
    const durations = [0, 0, 700]
    const logged = merchant.emulator.control.requests()
    expect(received).toEqual(logged.map((request, i) => ({ ...request, durationMs: durations[i] })))
    expect(JSON.stringify(received)).not.toContain(token)
  })

  test('reset() clears everything, and a token from before stays unknown', async () => {
    const merchant = createMerchant()
    const token = await merchant.authenticationToken()
    merchant.emulator.control.disableApplication()
    merchant.emulator.control.fault({ kind: 'rate-limit' })
    await merchant.emulator.control.advance(1000)
    merchant.emulator.control.reset()
    expect(merchant.emulator.control.requests()).toEqual([])
    expect(await merchant.authenticationToken()).not.toBe(token)
    expect((await merchant.postJson('/api/session_token/', token, {})).status).toBe(401)
    expect(merchant.emulator.control.counts()).toEqual({
      authenticationTokens: 1,
      sessionTokens: 0,
      captures: 0,
    })
  })

  test('the Date header is the emulator’s time', async () => {
    const merchant = createMerchant()
    await merchant.emulator.control.advance(60_000)
    const { headers } = await merchant.send('/api/payments/')
    expect(headers.get('date')).toBe('Thu, 15 Jan 2026 12:01:00 GMT')
  })

  test('the same seed gives the same tokens, and another seed gives other tokens', async () => {
    const [a, b, c] = await Promise.all([7, 7, 8].map((seed) => createMerchant({ seed }).sessionToken()))
    expect(a).toBe(b)
    expect(a).not.toBe(c)
  })
})

describe('the control plane', () => {
  const command = (
    merchant: Merchant,
    name: string,
    body?: unknown,
    headers = {},
  ): ReturnType<Merchant['send']> =>
    merchant.send(`/_emulator/${name}`, { method: 'POST', body: JSON.stringify(body ?? {}), headers })

  test('the control plane does over HTTP what control does', async () => {
    const merchant = createMerchant()
    const token = await merchant.sessionToken()
    expect((await command(merchant, 'expire')).body).toEqual({ expired: 1 })
    expect((await newMethod(merchant, token)).status).toBe(401)
    expect((await command(merchant, 'faults', { kind: 'rate-limit' })).status).toBe(200)
    expect((await newMethod(merchant, token)).status).toBe(429)
    expect((await command(merchant, 'revoke')).body).toEqual({ revoked: 1 })
    expect((await command(merchant, 'advance', { ms: 1000 })).status).toBe(200)
    expect((await command(merchant, 'disable')).status).toBe(200)
    await expect(merchant.authenticationToken()).rejects.toThrow('invalid_client')
    expect(await merchant.send('/_emulator/counts')).toMatchObject({ body: { sessionTokens: 1 } })
    expect((await merchant.send('/_emulator/requests')).body).toHaveLength(5)
    expect((await command(merchant, 'reset')).status).toBe(200)
    expect(field(await command(merchant, 'faults', { kind: 'x' }), 'code')).toBe('unknown_fault_kind')
    expect(field(await command(merchant, 'advance', { ms: -1 }), 'error')).toContain('`ms`')
  })

  test('the control plane refuses hosts other than this machine, and pages of other sites', async () => {
    const { emulator, ...merchant } = createMerchant()
    const foreign = await emulator.fetch(new Request('http://evil.example/_emulator/counts'))
    expect(foreign.status).toBe(403)
    const crossSite = { Origin: 'https://evil.example' }
    expect((await merchant.send('/_emulator/reset', { method: 'POST', headers: crossSite })).status).toBe(403)
  })

  test('the control plane refuses requests from other machines, whatever host they name', async () => {
    const { emulator } = createMerchant()
    const statusFor = async (remoteAddress: string): Promise<number> =>
      (await emulator.fetch(new Request('http://localhost/_emulator/counts'), { remoteAddress })).status
    expect(await Promise.all(['127.0.0.1', '::1', '::ffff:127.0.0.1'].map(statusFor))).toEqual([
      200, 200, 200,
    ])
    expect(await Promise.all(['203.0.113.7', '::ffff:203.0.113.7', 'fe80::1'].map(statusFor))).toEqual([
      403, 403, 403,
    ])
  })

  test('the control plane accepts a page of this machine', async () => {
    const headers = { Origin: 'http://localhost:5173' }
    const answer = await createMerchant().send('/_emulator/expire', { method: 'POST', headers })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('access-control-allow-origin')).toBe('http://localhost:5173')
  })
})

describe('keepCard', () => {
  test('keepCard stores a card with a checked balance, which a session token can read', async () => {
    const merchant = createMerchant()
    await merchant.emulator.control.keepCard('1f148fe399')
    const read = await merchant.get('/api/payment_methods/1f148fe399/', await merchant.sessionToken())
    expect(read.status).toBe(200)
    expect(read.body).toMatchObject({
      ref: '1f148fe399',
      type: 'ebt',
      balance: { snap: '1000.00', non_snap: '1000.00' },
      card: { last_4: '0001' },
    })
  })

  test('keepCard does not change a card that exists', async () => {
    const merchant = createMerchant()
    const token = await merchant.sessionToken()
    const stored = await newMethod(merchant, token)
    const { ref } = stored.body as { ref: string }
    await merchant.emulator.control.keepCard(ref)
    expect((await merchant.get(`/api/payment_methods/${ref}/`, token)).body).toEqual(stored.body)
  })

  test('keepCard refuses a ref that the API would not issue', async () => {
    await expect(createMerchant().emulator.control.keepCard('card 1')).rejects.toThrow(
      new EmulatorError('invalid_option', 'The ref of a card has to be 10 hex digits, got "card 1".'),
    )
  })
})
