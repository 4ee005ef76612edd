import { describe, expect, test } from 'vitest'

import {
  api,
  createGate,
  createRefusingApi,
  createTokenCounter,
  expired,
  refusal,
  wait,
} from '../refusing-api.ts'

const address = `${api}/api/x/`
const gone = new Error('gone')

/** Answers after some time unless the request is aborted, as fetch does. */
function aborting(signal: AbortSignal, answered: Promise<Response>): Promise<Response> {
  return Promise.race([
    answered,
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error))
    }),
  ])
}

const never = (): Promise<never> => new Promise(() => {})

describe('an abort', () => {
  test('an abort before the call sends nothing, requests no token and rejects with the caller’s reason', async () => {
    const { session, sent, tokenRequests } = createRefusingApi()
    const signal = AbortSignal.abort(gone)
    for (const request of [
      session.fetch(address, { signal }),
      session.fetch(new Request(address, { signal })),
      session.fetch(new Request(address, { method: 'POST', body: '{}' }), { signal }),
    ]) {
      await expect(request).rejects.toBe(gone)
    }
    expect([sent.length, tokenRequests()]).toEqual([0, 0])
  })

  test('an abort right after the call sends nothing, even if a token is held', async () => {
    const { session, sent } = createRefusingApi()
    await session.getToken()
    const controller = new AbortController()
    const response = session.fetch(address, { signal: controller.signal })
    controller.abort(gone)
    await expect(response).rejects.toBe(gone)
    expect(sent).toEqual([])
  })

  test('a null signal in the init replaces the signal of the Request (Fetch §5.4)', async () => {
    const request = new Request(address, { signal: AbortSignal.abort(gone) })
    const { session } = createRefusingApi({}, [() => new Response()])
    await expect(session.fetch(request, { signal: null })).resolves.toMatchObject({ status: 200 })
  })

  test('an abort during the first attempt ends the call without a token request', async () => {
    const controller = new AbortController()
    const { clock, session, sent, tokenRequests } = createRefusingApi({}, [
      () => aborting(controller.signal, never()),
    ])
    const response = session.fetch(address, { signal: controller.signal })
    response.catch(() => {})
    await clock.advance(10)
    controller.abort(gone)
    await expect(response).rejects.toBe(gone)
    await clock.advance(0)
    expect([sent.length, tokenRequests()]).toEqual([1, 1])
  })

  test('an abort while the session reads the body of a Request ends the call', async () => {
    const controller = new AbortController()
    const { clock, session, sent } = createRefusingApi()
    const body = new ReadableStream({ pull: never })
    const init = { method: 'POST', body, duplex: 'half', signal: controller.signal } as RequestInit
    const response = session.fetch(new Request(address, init))
    response.catch(() => {})
    await clock.advance(10)
    controller.abort(gone)
    await expect(response).rejects.toBe(gone)
    expect(sent).toEqual([])
  })

  test('an abort while the session reads a 401’s body ends the call', async () => {
    const controller = new AbortController()
    const headers = { 'Content-Type': 'application/json' }
    const { clock, session, sent } = createRefusingApi({}, [
      () => new Response(new ReadableStream({ pull: never }), { status: 401, headers }),
    ])
    const response = session.fetch(address, { signal: controller.signal })
    response.catch(() => {})
    await clock.advance(10)
    controller.abort(gone)
    await expect(response).rejects.toBe(gone)
    expect(sent).toHaveLength(1)
    await clock.advance(2000)
    session.close()
    expect(clock.timers()).toBe(0)
  })

  test('an abort at the moment of the 401 prevents the replay, and the token is renewed in the background', async () => {
    const controller = new AbortController()
    const { clock, session, sent, events, tokenRequests } = createRefusingApi({}, [
      () => {
        controller.abort(gone)
        return refusal()
      },
    ])
    await expect(session.fetch(address, { signal: controller.signal })).resolves.toMatchObject({
      status: 401,
    })
    await clock.advance(0)
    expect([sent.length, tokenRequests()]).toEqual([1, 2])
    expect(events).toContainEqual(expect.objectContaining({ type: 'replay-refused', why: 'aborted' }))
  })

  test('an abort during the shared token request ends only that call, immediately', async () => {
    const renewal = createGate()
    const mint = createTokenCounter()
    const aborted: boolean[] = []
    const { clock, session, sent } = createRefusingApi({
      tokenSource: async ({ reason, signal }) => {
        if (reason === 'rejected') await renewal.opened
        aborted.push(signal.aborted)
        return mint()
      },
    })
    const controller = new AbortController()
    const leaving = session.fetch(address, { signal: controller.signal })
    const staying = Array.from({ length: 9 }, () => session.fetch(address))
    leaving.catch(() => {})
    await clock.advance(10)
    let isSettled = false
    leaving.catch(() => (isSettled = true))
    controller.abort(gone)
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
    expect(isSettled).toBe(true)
    await expect(leaving).rejects.toBe(gone)
    renewal.open()
    for (const response of await Promise.all(staying)) expect(response.status).toBe(200)
    expect(aborted).toEqual([false, false])
    expect(sent).toHaveLength(19)
  })

  test('an abort of all waiting calls still delivers the token to the next caller', async () => {
    const renewal = createGate()
    const mint = createTokenCounter()
    const { clock, session, tokenRequests } = createRefusingApi({
      tokenSource: async ({ reason }) => {
        if (reason === 'rejected') await renewal.opened
        return mint()
      },
    })
    const controller = new AbortController()
    const calls = [1, 2, 3].map(() => session.fetch(address, { signal: controller.signal }))
    const settled = Promise.allSettled(calls)
    await clock.advance(10)
    controller.abort(gone)
    for (const one of await settled) expect(one).toMatchObject({ reason: gone })
    renewal.open()
    await clock.advance(0)
    await expect(session.getToken()).resolves.toBe('sandbox_token-2')
    expect(tokenRequests()).toBe(2)
  })

  test('an abort during the replay ends the call', async () => {
    const controller = new AbortController()
    const { clock, session, sent } = createRefusingApi({}, [
      refusal,
      () => aborting(controller.signal, never()),
    ])
    const response = session.fetch(address, { signal: controller.signal })
    response.catch(() => {})
    await clock.advance(10)
    expect(sent).toHaveLength(2)
    controller.abort(gone)
    await expect(response).rejects.toBe(gone)
  })

  test('an abort by a timeout over attempt, token request and replay keeps the timeout’s reason', async () => {
    const controller = new AbortController()
    const late = new DOMException('1000 ms are over', 'TimeoutError')
    const mint = createTokenCounter()
    const { clock, session } = createRefusingApi({
      tokenSource: async ({ reason }) => {
        if (reason === 'rejected') await wait(clock, 400)
        return mint()
      },
      fetch: async (_, init) => {
        return await aborting(
          init!.signal!,
          wait(clock, 400).then(() => refusal()),
        )
      },
    })
    clock.setTimeout(() => controller.abort(late), 1000)
    const response = session.fetch(address, { signal: controller.signal })
    let settledAt = 0
    response.catch(() => (settledAt = clock.elapsed()))
    await clock.advance(2000)
    await expect(response).rejects.toBe(late)
    expect(settledAt).toBe(1000)
  })
})

describe('a token request that never answers', () => {
  test('a token request that never answers ends at its deadline with the caller’s 401, and its late answer serves the next call', async () => {
    const late = createGate()
    const mint = createTokenCounter()
    const { clock, session, sent } = createRefusingApi({
      tokenSource: async ({ reason }) => {
        if (reason === 'rejected') await late.opened
        return mint()
      },
    })
    const response = session.fetch(address)
    await clock.advance(9999)
    expect(sent).toHaveLength(1)
    await clock.advance(1)
    await expect(response.then((answer) => answer.json())).resolves.toEqual(expired)
    late.open()
    await clock.advance(0)
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 200 })
    expect(sent.map(({ headers }) => headers.get('Authorization')).at(-1)).toBe('Bearer sandbox_token-2')
  })

  test('a token request that never answers holds no timer after the session is closed', async () => {
    const { clock, session } = createRefusingApi({ tokenSource: never })
    const response = session.fetch(address)
    response.catch(() => {})
    await clock.advance(10)
    expect(clock.timers()).toBeGreaterThan(0)
    session.close()
    expect(clock.timers()).toBe(0)
  })
})
