import { describe, expect, test } from 'vitest'

import { api, createRefusingApi, expired, refusal } from '../refusing-api.ts'

const address = `${api}/api/x/`
const always = (count: number): (() => Response)[] => Array<() => Response>(count).fill(refusal)

describe('a 401 for ever', () => {
  test('is two requests, one new token, and the second 401 with its body (case 32)', async () => {
    const second = Response.json({ detail: 'second' }, { status: 401 })
    const { session, sent, events, tokenRequests } = createRefusingApi({}, [refusal, () => second])
    const response = await session.fetch(address)
    expect(response).toBe(second)
    await expect(response.json()).resolves.toEqual({ detail: 'second' })
    expect([sent.length, tokenRequests()]).toEqual([2, 2])
    expect(events).toContainEqual(expect.objectContaining({ type: 'request-replayed', ok: false }))
  })

  test('asked about again and again ends after the sixth new token in 30 s: that 401 is the caller’s, later calls reject (case 33)', async () => {
    const { session, sent, tokenRequests } = createRefusingApi({}, always(99))
    for (let call = 1; call <= 6; call += 1) {
      await expect(session.fetch(address)).resolves.toMatchObject({ status: 401 })
    }
    expect([sent.length, tokenRequests()]).toEqual([11, 6])
    await expect(session.fetch(address)).rejects.toMatchObject({ code: 'token_rejected' })
    expect([sent.length, tokenRequests()]).toEqual([11, 6])
    expect(session.getSnapshot()).toMatchObject({ status: 'failed', retryAt: null })
  })

  // The catalogue wants a cool-down of one token request per token here; the contract has the limit above.
  test('with an outer retry of three costs at most two requests and one token a try (case 38)', async () => {
    const { session, sent, tokenRequests } = createRefusingApi({}, always(99))
    for (let attempt = 1; attempt <= 4; attempt += 1) await session.fetch(address)
    expect([sent.length, tokenRequests()]).toEqual([8, 5])
  })

  test('counts within 30 s that slide, by the clock that no step of the wall changes (case 34)', async () => {
    const slow = createRefusingApi({}, always(99))
    for (let call = 1; call <= 20; call += 1) {
      await expect(slow.session.fetch(address)).resolves.toMatchObject({ status: 401 })
      await slow.clock.advance(12_000)
    }
    const stepped = createRefusingApi({}, always(99))
    for (let call = 1; call <= 6; call += 1) {
      await stepped.session.fetch(address)
      stepped.clock.stepWall(-3_600_000)
    }
    await expect(stepped.session.fetch(address)).rejects.toMatchObject({ code: 'token_rejected' })
  })
})

describe('the replay', () => {
  test('that fails on the network is that error, and no third request (case 35)', async () => {
    const error = new TypeError('fetch failed')
    const { session, sent, events } = createRefusingApi({}, [refusal, () => Promise.reject(error)])
    await expect(session.fetch(address)).rejects.toBe(error)
    expect(sent).toHaveLength(2)
    expect(events).toContainEqual(expect.objectContaining({ type: 'request-replayed', ok: false }))
  })

  test.each([500, 503, 403, 302])('that is answered %i is the caller’s', async (status) => {
    const answer = new Response(null, { status })
    const { session, sent } = createRefusingApi({}, [refusal, () => answer])
    expect(await session.fetch(address)).toBe(answer)
    expect(sent).toHaveLength(2)
  })

  test('a policy is asked with what was sent, but without the token', async () => {
    const asked: unknown[] = []
    const { session } = createRefusingApi({
      replay({ method, url, headers, code }) {
        asked.push([method, url, headers.has('Authorization'), headers.get('Idempotency-Key'), code])
        headers.set('X-Changed', '1')
        return false
      },
    })
    const init = { method: 'POST', body: '{}', headers: { 'Idempotency-Key': 'k' } }
    const response = await session.fetch(`${address}?a=1`, init)
    await expect(response.json()).resolves.toEqual(expired)
    expect(asked).toEqual([['POST', `${address}?a=1`, false, 'k', 'expired_session_token']])
  })

  test('a policy that throws means no; the caller gets the 401, and the token is renewed behind it', async () => {
    const { reportError } = globalThis as { reportError?: unknown }
    const told: unknown[] = []
    Object.defineProperty(globalThis, 'reportError', {
      value: (error: unknown) => told.push(error),
      configurable: true,
    })
    try {
      const { clock, session, sent, tokenRequests } = createRefusingApi({
        replay() {
          throw new Error('a bug')
        },
      })
      await expect(session.fetch(address)).resolves.toMatchObject({ status: 401 })
      await clock.advance(0)
      expect([sent.length, tokenRequests(), told.length]).toEqual([1, 2, 1])
    } finally {
      Object.defineProperty(globalThis, 'reportError', { value: reportError, configurable: true })
    }
  })
})
