import { describe, expect, test, vi } from 'vitest'

import {
  createForageSession,
  type ForageSession,
  type ForageSessionOptions,
  type SessionEvent,
} from '../index.ts'
import {
  createMerchantBackend,
  createVirtualClock,
  createVirtualTabs,
  type VirtualTab,
} from '../testing/index.ts'
import type { TabPresence } from './tab-presence.ts'

function setUp(count: number, options: Partial<ForageSessionOptions> = {}) {
  const clock = createVirtualClock()
  const backend = createMerchantBackend(clock)
  const tabs = createVirtualTabs(count, { clock })
  const events: SessionEvent[][] = []
  let seed = 0
  /** A different number for each call, in the same sequence every time. */
  const random = (): number => (seed = (seed * 16_807 + 7) % 2_147_483_647) / 2_147_483_647
  const sessions: ForageSession[] = tabs.map(({ lifecycle, openChannel, openPresence, clock: ownClock }) =>
    createForageSession({
      tokenSource: backend.tokenSource,
      environment: 'sandbox',
      checkoutId: 'cart-1',
      ...options,
      platform: { clock: ownClock, lifecycle, openChannel, openPresence, random, ...options.platform },
    }),
  )
  for (const session of sessions) {
    const own: SessionEvent[] = []
    events.push(own)
    session.on((event) => own.push(event))
  }
  return { clock, backend, tabs, sessions, events }
}

function presenceOf(isShared: () => Promise<boolean | undefined>): TabPresence {
  return { isShared: isShared as TabPresence['isShared'], release() {} }
}

const channelName = `forage-session ${JSON.stringify([undefined, 'sandbox', undefined, 'cart-1'])}`

/** Opens the channel of the checkout for another script of the origin. */
function strangerOf(tabs: readonly VirtualTab[]) {
  return tabs.at(-1)!.openChannel(channelName)
}

const all = (sessions: ForageSession[]): Promise<string[]> =>
  Promise.all(sessions.map(({ getToken }) => getToken()))

describe('tabs of one checkout', () => {
  test('sixteen tabs that start at once make one token request', async () => {
    const { clock, backend, sessions } = setUp(16)
    const tokens = all(sessions)
    await clock.advance(200)
    expect(new Set(await tokens)).toEqual(new Set(['sandbox_token-1']))
    expect(backend.requests).toHaveLength(1)
  })

  test('tabs that start one after the other within 50 ms make one token request', async () => {
    const { clock, backend, sessions } = setUp(5)
    const tokens: Promise<string>[] = []
    for (const { getToken } of sessions) {
      tokens.push(getToken())
      await clock.advance(11)
    }
    await clock.advance(300)
    expect(new Set(await Promise.all(tokens)).size).toBe(1)
    expect(backend.requests).toHaveLength(1)
  })

  test('a tab that starts later takes the existing token, with its age', async () => {
    const { clock, backend, sessions } = setUp(2)
    const [first, second] = sessions as [ForageSession, ForageSession]
    void first.getToken()
    await clock.advance(100)
    await clock.advance(60_000)
    void second.getToken()
    await clock.advance(10)
    expect(backend.requests).toHaveLength(1)
    expect(second.getSnapshot()).toEqual(first.getSnapshot())
  })

  test('a tab that is alone sends its token request at once', async () => {
    const { clock, backend, sessions } = setUp(1)
    void sessions[0]!.getToken()
    await clock.advance(0)
    expect(backend.requests).toHaveLength(1)
  })

  test.each<[string, (() => TabPresence) | (() => undefined)]>([
    ['are missing', () => undefined],
    [
      'throw',
      () => {
        throw new DOMException('opaque origin', 'SecurityError')
      },
    ],
    ['refuse', () => presenceOf(async () => await Promise.reject(new DOMException('no', 'SecurityError')))],
    ['hang', () => presenceOf(() => new Promise(() => {}))],
    ['answer with nothing', () => presenceOf(async () => undefined)],
    ['are shared with another tab', () => presenceOf(async () => true)],
  ])('if locks %s, a tab waits 50 ms for other tabs', async (_, openPresence) => {
    const { clock, backend, sessions } = setUp(1, { platform: { openPresence } })
    void sessions[0]!.getToken()
    await clock.advance(49)
    expect(backend.requests).toHaveLength(0)
    await clock.advance(1)
    expect(backend.requests).toHaveLength(1)
  })

  test('behind a frozen tab, no other tab waits longer than 1.05 s', async () => {
    const { clock, backend, tabs, sessions } = setUp(2)
    const [frozen, other] = sessions as [ForageSession, ForageSession]
    backend.answer(() => new Promise(() => {}))
    void frozen.getToken().catch(() => {})
    await clock.advance(60)
    tabs[0]!.freeze()
    backend.answer(undefined)
    const token = other.getToken()
    await clock.advance(1050 + 50)
    await expect(token).resolves.toBe('sandbox_token-1')
  })

  test('if a tab closes while it fetches, another tab takes over at once', async () => {
    const { clock, backend, sessions } = setUp(2)
    const [closing, other] = sessions as [ForageSession, ForageSession]
    backend.answer(() => new Promise(() => {}))
    closing.getToken().catch(() => {})
    await clock.advance(60)
    backend.answer(undefined)
    const token = other.getToken()
    await clock.advance(60)
    closing.close()
    await clock.advance(60)
    await expect(token).resolves.toBe('sandbox_token-1')
  })

  test('five tabs make five token requests in an hour', async () => {
    const { clock, backend, sessions } = setUp(5, { renewWhen: 'always' })
    void all(sessions)
    await clock.advance(60 * 60_000 - 1000)
    expect(backend.requests).toHaveLength(5)
  })

  test('five tabs with the same jitter make five token requests in an hour', async () => {
    const { clock, backend, sessions } = setUp(5, { renewWhen: 'always', platform: { random: () => 0.5 } })
    void all(sessions)
    await clock.advance(60 * 60_000 - 1000)
    expect(backend.requests).toHaveLength(5)
  })

  test('tabs share how long they leave a failing backend alone', async () => {
    const { clock, backend, sessions } = setUp(5)
    backend.answer(() => new TypeError('Failed to fetch'))
    for (let quarter = 0; quarter < 240; quarter += 1) {
      for (const { getToken } of sessions) getToken().catch(() => {})
      await clock.advance(250)
    }
    expect(backend.requests.length).toBeLessThanOrEqual(12)
  })

  test('a tab does not take a token from another tab that it saw rejected', async () => {
    const { clock, backend, sessions } = setUp(2)
    const [first, second] = sessions as [ForageSession, ForageSession]
    void all(sessions)
    await clock.advance(10_000)
    const newer = first.getToken({ rejected: 'sandbox_token-1' })
    await clock.advance(200)
    await expect(newer).resolves.toBe('sandbox_token-2')
    await expect(second.getToken()).resolves.toBe('sandbox_token-2')
    expect(backend.requests).toHaveLength(2)
  })

  test.each([
    ['withToken', ({ withToken }: ForageSession) => withToken(async (token) => token), 'sandbox_token-2'],
    ['getToken', ({ getToken }: ForageSession) => getToken({ minValidityMs: 120_000 }), 'sandbox_token-2'],
    ['a default call', ({ getToken }: ForageSession) => getToken(), 'sandbox_token-1'],
  ])(
    '%s gets the validity that it wants, even if another tab’s token has less',
    async (_, call, expected) => {
      const { clock, backend, sessions } = setUp(3, { renewWhen: 'never' })
      const [first, second, third] = sessions as [ForageSession, ForageSession, ForageSession]
      void first.getToken()
      await clock.advance(200)
      await clock.advance(900_000 - 45_000 - 200)
      void third.getToken()
      await clock.advance(200)
      const token = call(second)
      await clock.advance(200)
      await expect(token).resolves.toBe(expected)
      expect(backend.requests).toHaveLength(Number(expected.at(-1)))
    },
  )

  test('clear in one tab forgets the token in all tabs', async () => {
    const { clock, sessions } = setUp(3)
    void all(sessions)
    await clock.advance(200)
    sessions[0]!.clear()
    await clock.advance(10)
    expect(sessions.map(({ getSnapshot }) => getSnapshot().status)).toEqual(['idle', 'idle', 'idle'])
  })

  test('a hidden tab does not renew', async () => {
    const { clock, backend, tabs, sessions } = setUp(2, { renewWhen: 'always' })
    void all(sessions)
    await clock.advance(200)
    for (const { lifecycle } of tabs) lifecycle.emit('hidden')
    await clock.advance(60 * 60_000)
    expect(backend.requests).toHaveLength(1)
  })

  test('a tab that took a token from another tab renews it after the other tab is gone', async () => {
    const { clock, backend, tabs, sessions } = setUp(2)
    const [first, second] = sessions as [ForageSession, ForageSession]
    void first.getToken()
    await clock.advance(200)
    void second.getToken()
    await clock.advance(10)
    tabs[0]!.close()
    await clock.advance(14 * 60_000)
    expect(backend.requests.map(({ reason }) => reason)).toEqual(['first', 'renewal'])
    expect(second.getSnapshot().status).toBe('ready')
  })

  test('a tab that waited for another tab’s failed request fails as well, and tries again', async () => {
    const { clock, backend, sessions, events } = setUp(2, { renewWhen: 'always' })
    backend.answer(() => new Response(null, { status: 500 }))
    const outcomes = Promise.allSettled(sessions.map(({ getToken }) => getToken()))
    await clock.advance(200)
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(backend.requests).toHaveLength(1)
    for (const { getSnapshot } of sessions) {
      expect(getSnapshot()).toMatchObject({ status: 'failed', retryAt: expect.any(Number) as number })
    }
    expect(events.map((own) => own.filter(({ type }) => type === 'token-failed').length)).toEqual([1, 1])
    backend.answer(undefined)
    await clock.advance(5000)
    expect(sessions.map(({ getSnapshot }) => getSnapshot().status)).toEqual(['ready', 'ready'])
  })

  test('back from the back/forward cache, a tab hears the others again', async () => {
    const { clock, backend, tabs, sessions } = setUp(2)
    const [cached, other] = sessions as [ForageSession, ForageSession]
    void cached.getToken()
    await clock.advance(200)
    tabs[0]!.navigateAway()
    await clock.advance(60_000)
    tabs[0]!.navigateBack()
    void cached.getToken()
    await clock.advance(200)
    void other.getToken()
    await clock.advance(10)
    expect(other.getSnapshot().status).toBe('ready')
    expect(backend.requests).toHaveLength(2)
  })

  test('a page in the back/forward cache does not offer its token', async () => {
    const { clock, backend, tabs, sessions } = setUp(2)
    const [cached, other] = sessions as [ForageSession, ForageSession]
    void cached.getToken()
    await clock.advance(200)
    tabs[0]!.navigateAway()
    void other.getToken()
    await clock.advance(100)
    expect(other.getSnapshot().status).toBe('ready')
    expect(backend.requests).toHaveLength(2)
  })

  test('back from the back/forward cache, a call that waited for a token gets one', async () => {
    const { clock, tabs, sessions } = setUp(1)
    const token = sessions[0]!.getToken()
    await clock.advance(20)
    tabs[0]!.navigateAway()
    await clock.advance(60_000)
    tabs[0]!.navigateBack()
    await clock.advance(200)
    await expect(token).resolves.toBe('sandbox_token-1')
  })

  test('back from the back/forward cache, a renew() in progress gets another token', async () => {
    const { clock, backend, tabs, sessions } = setUp(1)
    void all(sessions)
    await clock.advance(200)
    const renewal = sessions[0]!.renew()
    await clock.advance(20)
    tabs[0]!.navigateAway()
    await clock.advance(10)
    tabs[0]!.navigateBack()
    await clock.advance(200)
    await expect(renewal).resolves.toBeUndefined()
    expect(sessions[0]!.getSnapshot().status).toBe('ready')
    expect(backend.requests.map(({ reason }) => reason)).toEqual(['first', 'renewal', 'first'])
  })

  test('back from the back/forward cache with an expired token, a tab takes the token of the others', async () => {
    const { clock, backend, tabs, sessions } = setUp(2)
    const [cached, other] = sessions as [ForageSession, ForageSession]
    void all(sessions)
    await clock.advance(200)
    tabs[0]!.navigateAway()
    await clock.advance(60 * 60_000)
    void other.getToken()
    await clock.advance(200)
    tabs[0]!.navigateBack()
    const token = cached.getToken()
    await clock.advance(100)
    await expect(token).resolves.toBe('sandbox_token-3')
    expect(backend.requests).toHaveLength(3)
  })

  test('back from the back/forward cache, a page has forgotten its token before any listener runs', async () => {
    const { clock, tabs, sessions, events } = setUp(1)
    const [session] = sessions as [ForageSession]
    void session.getToken()
    await clock.advance(200)
    tabs[0]!.navigateAway()
    await clock.advance(1000)
    const seen: string[] = []
    tabs[0]!.lifecycle.subscribe(() => seen.push(session.getSnapshot().status))
    tabs[0]!.navigateBack()
    expect(seen).toEqual(['idle', 'idle', 'idle'])
    expect(events[0]).toContainEqual(expect.objectContaining({ type: 'token-invalidated', by: 'restored' }))
  })

  test('a pageshow without a pagehide before it changes nothing', async () => {
    const { clock, backend, tabs, sessions } = setUp(1)
    const [session] = sessions as [ForageSession]
    void session.getToken()
    await clock.advance(200)
    const before = session.getSnapshot()
    tabs[0]!.lifecycle.emit('pageshow')
    expect(session.getSnapshot()).toBe(before)
    await expect(session.getToken()).resolves.toBe('sandbox_token-1')
    expect(backend.requests).toHaveLength(1)
  })

  test('a token that arrives after the page came back, for a request from before, is not used', async () => {
    const answers: ((token: string) => void)[] = []
    const tokenSource = (): Promise<string> => new Promise((resolve) => answers.push(resolve))
    const { clock, tabs, sessions } = setUp(1, { tokenSource })
    const token = sessions[0]!.getToken()
    await clock.advance(20)
    tabs[0]!.navigateAway()
    await clock.advance(60_000)
    tabs[0]!.navigateBack()
    answers[0]!('sandbox_from-before')
    await clock.advance(20)
    answers[1]!('sandbox_from-after')
    await clock.advance(0)
    await expect(token).resolves.toBe('sandbox_from-after')
  })

  test('a call between pagehide and pageshow gets a token and reaches no other tab', async () => {
    const { clock, backend, tabs, sessions } = setUp(2)
    const [leaving, other] = sessions as [ForageSession, ForageSession]
    await clock.advance(0)
    leaving.prime('sandbox_from-the-page')
    tabs[0]!.lifecycle.emit('pagehide')
    const heard: unknown[] = []
    strangerOf(tabs).onMessage((message) => heard.push(message))
    const token = leaving.getToken({ minValidityMs: 60_000 })
    await clock.advance(200)
    await expect(token).resolves.toBe('sandbox_token-1')
    expect(heard).toEqual([])
    void other.getToken()
    await clock.advance(200)
    expect(backend.requests).toHaveLength(2)
  })

  test('pages with the same Math.random have different ids', async () => {
    const { clock, tabs, sessions } = setUp(3)
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const ids = new Set<unknown>()
    strangerOf(tabs).onMessage((message) => ids.add((message as { id: unknown }).id))
    void all(sessions)
    await clock.advance(10)
    vi.restoreAllMocks()
    expect(ids.size).toBe(3)
  })

  test('a tab that was frozen until its token expired does not hand it out', async () => {
    const { clock, tabs, sessions } = setUp(1, { renewWhen: 'always' })
    void sessions[0]!.getToken()
    await clock.advance(200)
    tabs[0]!.freeze()
    await clock.advance(60 * 60_000)
    tabs[0]!.resume()
    const token = sessions[0]!.getToken()
    await clock.advance(200)
    await expect(token).resolves.toBe('sandbox_token-2')
  })

  test('messages count that were sent while a page was busy, although it hears them late', async () => {
    const { clock, backend, tabs, sessions } = setUp(4)
    const tokens = all(sessions)
    // They have posted, and hear nothing for a while.
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
    for (const tab of tabs) tab.freeze()
    await clock.advance(300)
    for (const tab of tabs) tab.resume()
    await clock.advance(300)
    expect(new Set(await tokens).size).toBe(1)
    expect(backend.requests).toHaveLength(1)
  })

  test('with throttled timers, every caller gets its token within two of their steps', async () => {
    const { clock, tabs, sessions } = setUp(3)
    for (const tab of tabs) tab.throttle(1000)
    await clock.advance(1)
    const tokens = all(sessions)
    await clock.advance(2000)
    await expect(tokens).resolves.toHaveLength(3)
  })
})

describe('a channel', () => {
  test('a channel connects only the tabs whose token requests would be the same', async () => {
    const names: string[] = []
    const base = {
      tokenSource: '/api/token',
      environment: 'sandbox',
      merchantAccount: 'mid/1',
      checkoutId: 'a',
    } as const
    const openedWith = async (options: Partial<ForageSessionOptions>): Promise<string | undefined> => {
      names.length = 0
      const openChannel = (name: string): undefined => void names.push(name)
      const fetch = async (): Promise<Response> => Response.json({ token: 'sandbox_a' })
      const session = createForageSession({ ...base, fetch, ...options, platform: { openChannel } })
      await session.getToken().catch(() => {})
      session.close()
      return names[0]
    }
    const own = await openedWith({})
    expect(own).toContain('"a"')
    expect(await openedWith({ minValidityMs: 1 })).toBe(own)
    const others = [
      await openedWith({ tokenSource: '/api/other' }),
      await openedWith({ environment: 'production' }),
      await openedWith({ merchantAccount: 'mid/2' }),
      await openedWith({ checkoutId: 'b' }),
    ]
    expect(new Set([own, ...others]).size).toBe(5)
    expect(await openedWith({ checkoutId: undefined })).toBeUndefined()
    expect(await openedWith({ share: 'off' })).toBeUndefined()
  })
})

describe('what is not shared', () => {
  test.each([
    ['another checkout', { checkoutId: 'cart-2' }],
    ['another merchant', { merchantAccount: 'mid/other' }],
    ['no checkout', { checkoutId: undefined }],
    ['share: "off"', { share: 'off' as const }],
  ])('a token is not shared with %s', async (_, options) => {
    const { clock, backend, tabs, sessions } = setUp(1)
    void sessions[0]!.getToken()
    await clock.advance(200)
    const { lifecycle, openChannel } = tabs[0]!
    const { tokenSource } = backend
    const other = createForageSession({
      tokenSource,
      environment: 'sandbox',
      checkoutId: 'cart-1',
      ...options,
      platform: { clock, lifecycle, openChannel },
    })
    void other.getToken()
    await clock.advance(200)
    expect(backend.requests).toHaveLength(2)
  })

  test('without a channel, or with one that throws, a session fetches its own token at once', async () => {
    for (const openChannel of [
      () => undefined,
      () => {
        throw new DOMException('opaque origin', 'SecurityError')
      },
    ]) {
      const { clock, sessions } = setUp(1, { platform: { openChannel } })
      const token = sessions[0]!.getToken()
      await clock.advance(50)
      await expect(token).resolves.toBe('sandbox_token-1')
    }
  })
})

describe('another tab’s failure', () => {
  test.each([
    ['a network error', () => new TypeError('Failed to fetch')],
    ['a final failure', () => new Response(null, { status: 401 })],
    ['a page instead of JSON', () => new Response('<html>', { headers: { 'Content-Type': 'text/html' } })],
    ['a refusal by a firewall', () => new Response('<html>', { status: 400 })],
  ])('after %s in one tab, the waiting tab sends its own request', async (_, answer) => {
    const { clock, backend, sessions } = setUp(2)
    backend.answer(answer())
    const outcomes = Promise.allSettled(sessions.map(({ getToken }) => getToken()))
    await clock.advance(300)
    expect((await outcomes).map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(backend.requests).toHaveLength(2)
  })

  test.each([429, 500, 503])('a wait after a %i is shared', async (status) => {
    const { clock, backend, sessions } = setUp(3)
    backend.answer(new Response(null, { status, headers: { 'Retry-After': '7' } }))
    const outcomes = Promise.allSettled(sessions.map(({ getToken }) => getToken()))
    await clock.advance(300)
    expect(new Set((await outcomes).map((outcome) => outcome.status))).toEqual(new Set(['rejected']))
    expect(backend.requests).toHaveLength(1)
  })

  test('a network error in another tab counts after this tab had one itself, until it has a token', async () => {
    const { clock, backend, tabs, sessions } = setUp(2)
    const [session] = sessions as [ForageSession]
    const { postMessage } = strangerOf(tabs)
    const failed = { id: 'x', type: 'failed', code: 'endpoint_unreachable', retryInMs: 20_000 }
    backend.answer(new TypeError('Failed to fetch'))
    session.getToken().catch(() => {})
    await clock.advance(2000)
    postMessage(failed)
    await clock.advance(10)
    await expect(session.getToken()).rejects.toMatchObject({ code: 'endpoint_unreachable' })
    await clock.advance(20_000)
    void session.getToken()
    await clock.advance(1200)
    expect(session.getSnapshot().status).toBe('ready')
    postMessage(failed)
    await clock.advance(10)
    session.clear()
    void session.getToken()
    await clock.advance(1200)
    expect(session.getSnapshot().status).toBe('ready')
    expect(backend.requests).toHaveLength(3)
  })

  test('it counts for at most five minutes', async () => {
    const { clock, backend, tabs, sessions } = setUp(2)
    const [session] = sessions as [ForageSession]
    const { postMessage } = strangerOf(tabs)
    session.prime('sandbox_from-the-page')
    postMessage({ id: 'x', type: 'failed', code: 'endpoint_rate_limited', retryInMs: 1e12 })
    await clock.advance(10)
    session.getToken({ minValidityMs: 60_000 }).catch(() => {})
    await clock.advance(1200)
    expect(backend.requests).toHaveLength(0)
    await clock.advance(300_000)
    const token = session.getToken({ minValidityMs: 60_000 })
    await clock.advance(1200)
    await expect(token).resolves.toBe('sandbox_token-1')
  })

  test('it does not shorten the wait that the endpoint asked this tab for', async () => {
    const { clock, backend, tabs, sessions } = setUp(2)
    const [session] = sessions as [ForageSession]
    const { postMessage } = strangerOf(tabs)
    backend.answer(new Response(null, { status: 429, headers: { 'Retry-After': '60' } }))
    session.getToken().catch(() => {})
    await clock.advance(200)
    postMessage({ id: 'x', type: 'failed', code: 'endpoint_failed', retryInMs: 0 })
    await clock.advance(30_000)
    await expect(session.getToken()).rejects.toMatchObject({ name: 'ForageSessionError' })
    expect(backend.requests).toHaveLength(1)
  })

  test.each(['before', 'after'])(
    'a tab whose request is aborted %s it is left fails no other tab',
    async (when) => {
      const { clock, backend, tabs, sessions } = setUp(2)
      const [leaving, other] = sessions as [ForageSession, ForageSession]
      let abort!: (reason: Error) => void
      backend.answer(() => new Promise((_, reject) => (abort = reject)))
      leaving.getToken().catch(() => {})
      await clock.advance(100)
      const heard: unknown[] = []
      strangerOf(tabs).onMessage((message) => heard.push((message as { type: unknown }).type))
      backend.answer(undefined)
      const token = other.getToken()
      await clock.advance(100)
      if (when === 'after') tabs[0]!.lifecycle.emit('pagehide')
      abort(new TypeError('Load failed'))
      await clock.advance(0)
      if (when === 'before') tabs[0]!.lifecycle.emit('pagehide')
      await clock.advance(60)
      await expect(token).resolves.toBe('sandbox_token-1')
      expect(heard.includes('failed')).toBe(when === 'before')
    },
  )
})

describe('a message of another script', () => {
  const offer = { id: 'x', type: 'offer', token: 'sandbox_forged', lifetimeMs: 900_000, ageMs: 0 }

  test('no malformed or absurd message is taken for a token', async () => {
    const { clock, tabs, sessions } = setUp(1)
    void sessions[0]!.getToken()
    await clock.advance(200)
    const { postMessage } = strangerOf(tabs)
    const postedAt = clock.now()
    for (const message of [
      null,
      'offer',
      { type: 'offer', id: 'x', token: 7 },
      { ...offer, token: 'a b', postedAt },
      { ...offer, lifetimeMs: 1e12, postedAt },
      { ...offer, lifetimeMs: -1, postedAt },
      { ...offer, ageMs: -1e9, postedAt },
      { ...offer, postedAt: Number.NaN },
    ]) {
      postMessage(message)
    }
    await clock.advance(10)
    await expect(sessions[0]!.getToken()).resolves.toBe('sandbox_token-1')
  })

  test.each([
    [4999, 'sandbox_token-1'],
    [5000, 'sandbox_forged'],
  ])('an offer that lives %i ms longer than the own token leads to %s', async (ms, expected) => {
    const { clock, backend, tabs, sessions } = setUp(1)
    const [session] = sessions as [ForageSession]
    void session.getToken()
    await clock.advance(200)
    const { expiresAt } = session.getSnapshot() as { expiresAt: number }
    const postedAt = clock.now()
    strangerOf(tabs).postMessage({ ...offer, lifetimeMs: expiresAt - postedAt + ms, postedAt })
    await clock.advance(10)
    await expect(session.getToken()).resolves.toBe(expected)
    expect(backend.requests).toHaveLength(1)
  })

  test('claims under the lowest ids delay a token by at most 1.05 s', async () => {
    const { clock, tabs, sessions } = setUp(2)
    const { postMessage } = strangerOf(tabs)
    const [session] = sessions as [ForageSession]
    tabs.at(-1)!.openPresence(channelName)
    const token = session.getToken()
    for (let ms = 0; ms < 1100; ms += 10) {
      postMessage({ id: `!${ms}`, type: 'claim', fetching: ms % 20 === 0 })
      postMessage({ id: '!0', type: 'failed', code: 'nonsense', retryInMs: 1e12 })
      await clock.advance(10)
    }
    await clock.advance(50)
    await expect(token).resolves.toBe('sandbox_token-1')
  })
})
