import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { merchantEndpoint } from '../../src/index.ts'
import { api, createRefusingApi } from '../refusing-api.ts'

const address = `${api}/api/x/`
const bug = new Error('a bug')
const reported: unknown[] = []

beforeEach(() => void vi.stubGlobal('reportError', (error: unknown) => reported.push(error)))

afterEach(() => {
  reported.length = 0
  vi.unstubAllGlobals()
})

/** Two ways in which a hook fails. */
const failures: [string, () => never][] = [
  [
    'throws',
    () => {
      throw bug
    },
  ],
  ['rejects', () => Promise.reject(bug) as never],
]

describe.each(failures)('a hook that %s', (_, hook) => {
  test('as a listener, is reported and ends nothing', async () => {
    const { session } = createRefusingApi()
    session.on(hook)
    session.subscribe(hook)
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 200 })
    expect(reported.length).toBeGreaterThan(2)
    expect(new Set(reported)).toEqual(new Set([bug]))
  })

  test('as a replay policy, is reported, and the caller gets the 401', async () => {
    const { session, sent, events } = createRefusingApi({ replay: hook })
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 401 })
    expect(sent).toHaveLength(1)
    expect(reported).toEqual([bug])
    expect(events).toContainEqual(expect.objectContaining({ type: 'replay-refused', why: 'policy' }))
  })

  test('as isRejected of withToken, is reported, and the caller gets the error of run', async () => {
    const { session } = createRefusingApi()
    const run = vi.fn<() => Promise<never>>(() => Promise.reject(new Error('of run')))
    await expect(session.withToken(run, { isRejected: hook, replay: true })).rejects.toThrow('of run')
    expect(run).toHaveBeenCalledOnce()
    expect(reported).toEqual([bug])
  })

  test('as the headers of a merchant endpoint, is the cause of endpoint_unreachable', async () => {
    const { session } = createRefusingApi({ tokenSource: merchantEndpoint('/token', { headers: hook }) })
    await expect(session.getToken()).rejects.toMatchObject({
      code: 'endpoint_unreachable',
      cause: { message: 'a bug' },
    })
  })
})

test.each([
  [true, 200],
  [false, 401],
])('a replay policy whose promise resolves with %s gives the caller a %i', async (isAllowed, status) => {
  const { session } = createRefusingApi({ replay: (async () => isAllowed) as unknown as () => boolean })
  await expect(session.fetch(address, { method: 'POST' })).resolves.toMatchObject({ status })
})

test('a replay policy that never answers is given up after 2 s, and the caller gets the 401', async () => {
  const replay = (() => new Promise(() => {})) as unknown as () => boolean
  const { session, sent, events, clock } = createRefusingApi({ replay })
  const response = session.fetch(address, { method: 'POST' })
  await clock.advance(2000)
  await expect(response).resolves.toMatchObject({ status: 401 })
  expect(sent).toHaveLength(1)
  expect(events).toContainEqual(expect.objectContaining({ type: 'replay-refused', why: 'policy' }))
})

test('an isRejected of withToken that never answers is given up after 2 s, and the caller gets the error of run', async () => {
  const { session, clock } = createRefusingApi()
  const isRejected = (() => new Promise(() => {})) as unknown as () => boolean
  const run = (): Promise<never> => Promise.reject(new Error('of run'))
  const step = session.withToken(run, { isRejected, replay: true })
  await Promise.all([expect(step).rejects.toThrow('of run'), clock.advance(2000)])
})

test('an isTokenRejected that never answers is given up after 2 s, and the default decides', async () => {
  const { session, sent, clock } = createRefusingApi({
    isTokenRejected: () => new Promise<boolean>(() => {}),
  })
  const response = session.fetch(address)
  await clock.advance(1999)
  expect(sent).toHaveLength(1)
  await clock.advance(1)
  await expect(response).resolves.toMatchObject({ status: 200 })
  expect(sent).toHaveLength(2)
})

test('an isTokenRejected that rejects after it was given up is still reported', async () => {
  let fail: ((error: Error) => void) | undefined
  const isTokenRejected = (): Promise<boolean> => new Promise((_, reject) => (fail = reject))
  const { session, clock } = createRefusingApi({ isTokenRejected })
  const response = session.fetch(address)
  await clock.advance(2000)
  await response
  fail!(bug)
  await vi.waitFor(() => expect(reported).toEqual([bug]))
})
