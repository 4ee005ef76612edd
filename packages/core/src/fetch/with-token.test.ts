import { describe, expect, test } from 'vitest'

import { createForageSession } from '../index.ts'
import { createMerchantBackend, createVirtualClock } from '../testing/index.ts'

const unauthorized = { httpStatusCode: 401 }

function setUp() {
  let tokens = 0
  const session = createForageSession({ tokenSource: async () => `sandbox_token-${(tokens += 1)}` })
  return { session, tokenRequests: () => tokens }
}

describe('withToken', () => {
  test('withToken passes a token to the function and returns its result', async () => {
    const { session } = setUp()
    await expect(session.withToken(async (token, { attempt }) => [token, attempt])).resolves.toEqual([
      'sandbox_token-1',
      1,
    ])
  })

  test.each([
    [
      'ForageError',
      { httpStatusCode: 401, code: 'expired_session_token', message: 'This token has expired' },
    ],
    ['its older form', { errors: [{ httpStatusCode: 401, code: 'expired_session_token', message: '' }] }],
  ])('a 401 of the SDK (%s) is thrown unchanged, and the next step gets a newer token', async (_, error) => {
    const { session, tokenRequests } = setUp()
    let runs = 0
    const step = session.withToken(async () => {
      runs += 1
      throw error
    })
    await expect(step).rejects.toBe(error)
    expect(runs).toBe(1)
    await expect(session.withToken(async (token) => token)).resolves.toBe('sandbox_token-2')
    expect(tokenRequests()).toBe(2)
  })

  test('with replay: true, withToken runs the function again with a newer token', async () => {
    const { session } = setUp()
    const runs: string[] = []
    const step = session.withToken(
      async (token) => {
        runs.push(token)
        throw { httpStatusCode: 401 }
      },
      { replay: true },
    )
    await expect(step).rejects.toEqual({ httpStatusCode: 401 })
    expect(runs).toEqual(['sandbox_token-1', 'sandbox_token-2'])
  })

  test('a wrong PIN does not replace the token', async () => {
    const { session, tokenRequests } = setUp()
    const wrongPin = {
      httpStatusCode: 400,
      code: 'ebt_error_55',
      message: 'Invalid PIN or PIN not selected - Invalid PIN',
    }
    const step = session.withToken(() => Promise.reject(wrongPin), { replay: true })
    await expect(step).rejects.toBe(wrongPin)
    expect(tokenRequests()).toBe(1)
  })

  test('a missing merchant account replaces no token, however often the step runs', async () => {
    const { session, tokenRequests } = setUp()
    const missing = { httpStatusCode: 401, code: 'missing_merchant_account', message: '' }
    for (let step = 0; step < 7; step += 1) {
      await expect(session.withToken(() => Promise.reject(missing))).rejects.toBe(missing)
    }
    await expect(session.getToken()).resolves.toBe('sandbox_token-1')
    expect(tokenRequests()).toBe(1)
  })

  test('a step that was rejected in one checkout is not repeated in another one', async () => {
    const { session, tokenRequests } = setUp()
    const runs: string[] = []
    const step = session.withToken(
      async (token) => {
        runs.push(token)
        session.setCheckout('cart-2')
        await session.getToken()
        throw unauthorized
      },
      { replay: true },
    )
    await expect(step).rejects.toBe(unauthorized)
    expect(runs).toEqual(['sandbox_token-1'])
    expect(tokenRequests()).toBe(2)
  })

  test('a step that has not started when the checkout changes does not start', async () => {
    const { session } = setUp()
    await session.getToken()
    const runs: string[] = []
    const step = session.withToken(async (token) => runs.push(token))
    session.setCheckout('cart-2')
    await expect(step).rejects.toMatchObject({ code: 'checkout_changed' })
    expect(runs).toEqual([])
  })

  test('an abort before, during or after the run rejects withToken with the caller’s own reason', async () => {
    const gone = new Error('gone')
    const { session, tokenRequests } = setUp()
    const aborted = AbortSignal.abort(gone)
    await expect(session.withToken(async () => 1, { signal: aborted })).rejects.toBe(gone)
    expect(tokenRequests()).toBe(0)

    const during = new AbortController()
    const running = session.withToken(
      (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error))
          during.abort(gone)
        }),
      { signal: during.signal },
    )
    await expect(running).rejects.toBe(gone)
  })

  test('an abort during the wait for a newer token rejects withToken with the caller’s own reason', async () => {
    const gone = new Error('gone')
    const controller = new AbortController()
    const session = createForageSession({
      tokenSource: async ({ reason }) => {
        if (reason === 'first') return 'sandbox_token-1'
        controller.abort(gone)
        return await new Promise<never>(() => {})
      },
    })
    const { signal } = controller
    const step = session.withToken(() => Promise.reject(unauthorized), { replay: true, signal })
    await expect(step).rejects.toBe(gone)
    session.close()
  })

  test('if no newer token is available, withToken throws the error of the run', async () => {
    const session = createForageSession({
      tokenSource: async ({ reason }) =>
        reason === 'first' ? 'sandbox_token-1' : new Response(null, { status: 500 }),
    })
    const step = session.withToken(() => Promise.reject(unauthorized), { replay: true })
    await expect(step).rejects.toBe(unauthorized)
    session.close()
  })

  test('isRejected replaces the default that knows the SDK’s errors', async () => {
    const { session, tokenRequests } = setUp()
    const isRejected = (error: unknown): boolean => error === 'token'
    const attempts: number[] = []
    const step = session.withToken(
      async (token, { attempt }) => {
        attempts.push(attempt)
        if (attempt === 1) throw 'token'
        return token
      },
      { isRejected, replay: true },
    )
    await expect(step).resolves.toBe('sandbox_token-2')
    await expect(
      session.withToken(() => Promise.reject(unauthorized), { isRejected, replay: true }),
    ).rejects.toBe(unauthorized)
    expect([attempts, tokenRequests()]).toEqual([[1, 2], 2])
  })

  test('the token stays valid for two minutes when the run starts, or for minValidityMs', async () => {
    const clock = createVirtualClock()
    const backend = createMerchantBackend(clock, { latencyMs: 0 })
    const session = createForageSession({
      tokenSource: backend.tokenSource,
      platform: { clock },
      renewWhen: 'never',
    })
    const tokens: string[] = []
    const step = async (minValidityMs?: number): Promise<void> => {
      const options = minValidityMs === undefined ? {} : { minValidityMs }
      const done = session.withToken(async (token) => void tokens.push(token), options)
      await clock.advance(0)
      await done
    }
    await step()
    await clock.advance(900_000 - 120_001)
    await step(0)
    await clock.advance(2)
    await step()
    await step(0)
    expect(tokens).toEqual([1, 1, 2, 2].map((number) => `sandbox_token-${number}`))
    session.close()
  })
})
