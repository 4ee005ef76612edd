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

/** An answer after some time, unless the request is aborted: as fetch does it. */
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
  test('before the call: nothing is sent, nothing asked for, and the reason is the caller’s (case 60)', async () => {
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

  test('right after the call sends nothing, although the token is there (case 60)', async () => {
    const { session, sent } = createRefusingApi()
    await session.getToken()
    const controller = new AbortController()
    const response = session.fetch(address, { signal: controller.signal })
    controller.abort(gone)
    await expect(response).rejects.toBe(gone)
    expect(sent).toEqual([])
  })

  test('with null in the place of a signal is not the one of the Request (Fetch §5.4)', async () => {
    const request = new Request(address, { signal: AbortSignal.abort(gone) })
    const { session } = createRefusingApi({}, [() => new Response()])
    await expect(session.fetch(request, { signal: null })).resolves.toMatchObject({ status: 200 })
  })

  test('during the first attempt ends it, without a token request (case 61)', async () => {
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

  test('while the body of a Request is read ends the call (case 61)', async () => {
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

  test('while a 401’s body is peeked at ends the call', async () => {
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

  test('in the moment of the 401 leaves it unreplayed, and the token is renewed behind it', async () => {
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

  test('while the token request is under way ends that call only, and at once (case 62)', async () => {
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

  test('of everybody who waits still brings the token, for the next one (case 63)', async () => {
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

  test('during the replay ends it (case 64)', async () => {
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

  test('by a time limit over attempt, token request and replay keeps its own reason (case 65)', async () => {
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
  test('ends at its own deadline: the 401 is the caller’s, and the late answer serves the next (case 66)', async () => {
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

  test('holds no timer when the session is closed (case 68)', async () => {
    const { clock, session } = createRefusingApi({ tokenSource: never })
    const response = session.fetch(address)
    response.catch(() => {})
    await clock.advance(10)
    expect(clock.timers()).toBeGreaterThan(0)
    session.close()
    expect(clock.timers()).toBe(0)
  })
})
