import { createForageSession, ForageSessionError, type ForageSession } from '@forage-session/core'
import { createVirtualClock } from '@forage-session/core/testing'
import { expect, test } from 'vitest'

import { forageQueryDefaults, tokenAwareRetry } from './query-defaults.ts'

type Retry = (failureCount: number, error: Error) => boolean
type Delay = (failureCount: number, error: Error) => number

async function failedSession(source: () => Promise<string | Response>): Promise<{
  session: ForageSession
  error: Error
  retry: Retry
  delay: Delay
}> {
  const clock = createVirtualClock()
  const session = createForageSession({ tokenSource: source, environment: 'sandbox', clock, random: () => 0 })
  const error = await session.getToken().catch((reason: unknown) => reason as Error)
  const { retry, retryDelay } = tokenAwareRetry(session, clock)
  return { session, error: error as Error, retry, delay: retryDelay }
}

test('an error about the token never uses up the retries, and is tried again at retryAt', async () => {
  const { error, retry, delay } = await failedSession(() => Promise.reject(new TypeError('offline')))
  expect(error).toBeInstanceOf(ForageSessionError)
  expect(retry(50, error)).toBe(true)
  expect(delay(50, error)).toBe(1000)
})

test('a terminal error about the token is not tried again', async () => {
  const { error, retry } = await failedSession(() => Promise.resolve(new Response(null, { status: 401 })))
  expect(retry(0, error)).toBe(false)
})

test('an error that could be tried again is not, once the session is closed', async () => {
  const { session, error, retry } = await failedSession(() => Promise.reject(new TypeError('offline')))
  session.close()
  expect(retry(0, error)).toBe(false)
})

test('where only the page can help, no error waits for a token: a 401 of the API has the usual retries', async () => {
  const offline = await failedSession(() => Promise.reject(new TypeError('offline')))
  const { retry } = await failedSession(() => Promise.resolve(new Response(null, { status: 401 })))
  const refused = Object.assign(new Error('HTTP 401'), { response: new Response(null, { status: 401 }) })
  expect(retry(0, offline.error)).toBe(false)
  expect([0, 1, 2, 3].map((count) => retry(count, refused))).toEqual([true, true, true, false])
})

test('any other error keeps the default of TanStack Query', async () => {
  const { retry, delay } = await failedSession(() => Promise.resolve('sandbox_token'))
  const error = new Error('HTTP 500')
  expect([0, 1, 2, 3].map((count) => retry(count, error))).toEqual([true, true, true, false])
  expect([0, 1, 9].map((count) => delay(count, error))).toEqual([1000, 2000, 30_000])
})

test('the defaults hold retry and retryDelay only', () => {
  const session = createForageSession({ tokenSource: '/token' })
  const { queries, ...rest } = forageQueryDefaults(session)
  expect(Object.keys(queries ?? {})).toEqual(['retry', 'retryDelay'])
  expect(rest).toEqual({})
})
