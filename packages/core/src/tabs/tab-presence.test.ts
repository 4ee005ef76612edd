import { afterEach, describe, expect, test, vi } from 'vitest'

import { webLockPresence } from './tab-presence.ts'

interface Locks {
  request: (name: string, options: LockOptions, hold: () => Promise<void>) => Promise<void>
  query: () => Promise<unknown>
}

function stub(locks: Locks | undefined, userAgent?: string): void {
  vi.stubGlobal('location', { origin: 'https://shop.example' })
  vi.stubGlobal('navigator', { locks, userAgent })
}

afterEach(() => vi.unstubAllGlobals())

const request: Locks['request'] = async (_, __, hold) => await hold()
const own = { name: 'cart', mode: 'shared', clientId: '1' }

/** Returns the answer, or `no answer` if none comes. */
async function answerOf(locks: Locks): Promise<boolean | string> {
  stub(locks)
  const answer = webLockPresence('cart')!
    .isShared()
    .catch(() => 'no answer')
  const none = new Promise<string>((resolve) => setTimeout(() => resolve('no answer'), 5))
  return await Promise.race([answer, none])
}

describe('a Web Lock as presence', () => {
  test.each([
    ['the own lock alone', { held: [own], pending: [] }, false],
    ['locks of another name', { held: [{ ...own, name: 'other' }, own], pending: [] }, false],
    ['another holder', { held: [own, own], pending: [] }, true],
    ['another request', { held: [own], pending: [own] }, true],
    ['not even the own lock', { held: [], pending: [] }, true],
    ['nothing', {}, 'no answer'],
    ['undefined', undefined, 'no answer'],
  ])('if a query shows %s, it is shared: %s', async (_, shown, expected) => {
    await expect(answerOf({ request, query: async () => shown })).resolves.toBe(expected)
  })

  test('it does not query before the lock is granted', async () => {
    const query = vi.fn<Locks['query']>(async () => ({ held: [own], pending: [] }))
    await expect(answerOf({ request: () => new Promise(() => {}), query })).resolves.toBe('no answer')
    expect(query).not.toHaveBeenCalled()
  })

  test('a page that may not use locks gets no answer, and no unhandled rejection', async () => {
    const refused = async (): Promise<never> => await Promise.reject(new DOMException('no', 'SecurityError'))
    await expect(answerOf({ request: refused, query: refused })).resolves.toBe('no answer')
  })

  test('it asks for a lock that others can hold as well, and frees it at the end', async () => {
    const options: unknown[] = []
    let isHeld = true
    stub({
      request: async (_, given, hold) => {
        options.push(given)
        await hold()
        isHeld = false
      },
      query: async () => ({}),
    })
    const presence = webLockPresence('cart')!
    await Promise.resolve()
    expect([options, isHeld]).toEqual([[{ mode: 'shared' }], true])
    presence.release()
    await new Promise((resolve) => setTimeout(resolve))
    expect(isHeld).toBe(false)
  })

  test('without Web Locks or without a page there is no presence', () => {
    stub(undefined)
    expect(webLockPresence('cart')).toBeUndefined()
    vi.unstubAllGlobals()
    expect(webLockPresence('cart')).toBeUndefined()
  })

  test.each([
    ['Firefox', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', false],
    [
      'Chrome',
      'Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      true,
    ],
    [
      'Safari',
      'Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
      true,
    ],
  ])('in %s there is a presence: %s', (_, userAgent, expected) => {
    stub({ request, query: async () => ({}) }, userAgent)
    const presence = webLockPresence('cart')
    expect(presence !== undefined).toBe(expected)
    presence?.release()
  })
})
