import { describe, expect, test } from 'vitest'

import { createForageSession } from './index.ts'

function setUp() {
  let tokens = 0
  const session = createForageSession({ tokenSource: async () => `sandbox_token-${(tokens += 1)}` })
  return { session, tokenRequests: () => tokens }
}

describe('withToken', () => {
  test('hands a token to the call, and gives back what it returns', async () => {
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
  ])('a 401 of the SDK (%s) is thrown as it is, and the next step gets a newer token', async (_, error) => {
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

  test('with replay: true the call runs once more, with a newer token', async () => {
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

  test('a wrong PIN is not about the token', async () => {
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
})
