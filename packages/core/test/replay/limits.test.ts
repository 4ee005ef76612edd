import { describe, expect, test } from 'vitest'

import { api, createRefusingApi, expired, refusal } from '../refusing-api.ts'

const address = `${api}/api/x/`
const always = (count: number): (() => Response)[] => Array<() => Response>(count).fill(refusal)

describe('a 401 on every request', () => {
  test('a 401 on every request costs two requests and one new token, and the caller gets the second 401 with its body', async () => {
    const second = Response.json({ detail: 'second' }, { status: 401 })
    const { session, sent, events, tokenRequests } = createRefusingApi({}, [refusal, () => second])
    const response = await session.fetch(address)
    expect(response).toBe(second)
    await expect(response.json()).resolves.toEqual({ detail: 'second' })
    expect([sent.length, tokenRequests()]).toEqual([2, 2])
    expect(events).toContainEqual(expect.objectContaining({ type: 'request-replayed', ok: false }))
  })

  test('the sixth rejected token within 30 s is the last for 30 s: that call gets its 401, and later calls reject', async () => {
    const { clock, session, sent, tokenRequests } = createRefusingApi({}, always(99))
    for (let call = 1; call <= 6; call += 1) {
      await expect(session.fetch(address)).resolves.toMatchObject({ status: 401 })
    }
    expect([sent.length, tokenRequests()]).toEqual([11, 6])
    await expect(session.fetch(address)).rejects.toMatchObject({ code: 'token_rejected' })
    expect([sent.length, tokenRequests()]).toEqual([11, 6])
    expect(session.getSnapshot()).toMatchObject({ status: 'failed', retryAt: clock.now() + 30_000 })
  })

  test('the wait after too many rejected tokens doubles up to 5 minutes', async () => {
    const { clock, session } = createRefusingApi({ budget: { max: 999, perMs: 1000 } }, always(999))
    const waits: number[] = []
    for (let round = 1; round <= 6; round += 1) {
      while (session.getSnapshot().status !== 'failed') await session.fetch(address)
      const { retryAt } = session.getSnapshot() as { retryAt: number }
      waits.push(retryAt - clock.now())
      await clock.advance(waits.at(-1)!)
      await session.fetch(address)
    }
    expect(waits).toEqual([30_000, 60_000, 120_000, 240_000, 300_000, 300_000])
  })

  test('a caller who retries three times costs at most two requests and one token per try', async () => {
    const { session, sent, tokenRequests } = createRefusingApi({}, always(99))
    for (let attempt = 1; attempt <= 4; attempt += 1) await session.fetch(address)
    expect([sent.length, tokenRequests()]).toEqual([8, 5])
  })

  test('rejected tokens count within sliding 30 s, on a clock that no step of the wall clock changes', async () => {
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
  test('a replay that fails on the network rejects with that error, and no third request is sent', async () => {
    const error = new TypeError('fetch failed')
    const { session, sent, events } = createRefusingApi({}, [refusal, () => Promise.reject(error)])
    await expect(session.fetch(address)).rejects.toBe(error)
    expect(sent).toHaveLength(2)
    expect(events).toContainEqual(expect.objectContaining({ type: 'request-replayed', ok: false }))
  })

  test.each([500, 503, 403, 302])('the caller gets a replay that is answered with %i', async (status) => {
    const answer = new Response(null, { status })
    const { session, sent } = createRefusingApi({}, [refusal, () => answer])
    expect(await session.fetch(address)).toBe(answer)
    expect(sent).toHaveLength(2)
  })

  test('the replay policy sees what was sent, without the token', async () => {
    const seen: unknown[] = []
    const { session } = createRefusingApi({
      replay({ method, url, headers, code }) {
        seen.push([method, url, headers.has('Authorization'), headers.get('Idempotency-Key'), code])
        headers.set('X-Changed', '1')
        return false
      },
    })
    const init = { method: 'POST', body: '{}', headers: { 'Idempotency-Key': 'k' } }
    const response = await session.fetch(`${address}?a=1`, init)
    await expect(response.json()).resolves.toEqual(expired)
    expect(seen).toEqual([['POST', `${address}?a=1`, false, 'k', 'expired_session_token']])
  })

  test('if the replay policy throws, the caller gets the 401 and the token is renewed in the background', async () => {
    const { reportError } = globalThis as { reportError?: unknown }
    const reported: unknown[] = []
    Object.defineProperty(globalThis, 'reportError', {
      value: (error: unknown) => reported.push(error),
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
      expect([sent.length, tokenRequests(), reported.length]).toEqual([1, 2, 1])
    } finally {
      Object.defineProperty(globalThis, 'reportError', { value: reportError, configurable: true })
    }
  })
})
