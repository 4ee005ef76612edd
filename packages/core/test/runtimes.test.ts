import { afterEach, expect, test, vi } from 'vitest'

import type { createForageSession as Create } from '../src/index.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

/** Loads the package as a runtime without these globals would load it. */
async function loadWithout(missing: Record<string, unknown>): Promise<typeof Create> {
  for (const [name, substitute] of Object.entries(missing)) vi.stubGlobal(name, substitute)
  vi.resetModules()
  return (await import('../src/index.ts')).createForageSession
}

const platformSymbol = Symbol

/** Returns `Symbol` as in engines without explicit resource management. */
function symbolWithoutDispose(): unknown {
  const own = Object.getOwnPropertyNames(Symbol).filter(
    (name) => !/dispose|^length|^name|^prototype/i.test(name),
  )
  const known = Object.fromEntries(own.map((name) => [name, (Symbol as never)[name] as unknown]))
  return Object.assign((description?: string) => platformSymbol(description), known)
}

class OlderURL extends URL {
  static override canParse: never = undefined as never
}

const nothing: Record<string, Record<string, unknown>> = {
  document: { document: undefined },
  BroadcastChannel: { BroadcastChannel: undefined },
  performance: { performance: undefined },
  'performance.now': { performance: {} },
  'Symbol.dispose': { Symbol: symbolWithoutDispose() },
  'URL.canParse': { URL: OlderURL },
  navigator: { navigator: undefined },
  'addEventListener, although there is a document': { document: {}, addEventListener: undefined },
  crypto: { crypto: undefined },
  'crypto.getRandomValues': { crypto: {} },
  reportError: { reportError: undefined },
  'any of them': {
    document: undefined,
    BroadcastChannel: undefined,
    performance: undefined,
    Symbol: symbolWithoutDispose(),
    URL: OlderURL,
    navigator: undefined,
    crypto: undefined,
    reportError: undefined,
  },
}

test.each(Object.entries(nothing))(
  'without %s a session gets tokens, replays and closes',
  async (_, missing) => {
    const createForageSession = await loadWithout(missing)
    const isShared = 'BroadcastChannel' in missing
    let count = 0
    const sent: (string | null)[] = []
    const session = createForageSession({
      tokenSource: async () => ({ token: `sandbox_token-${(count += 1)}`, expires_in: 900 }),
      environment: { apiUrl: 'https://forage.example' },
      checkoutId: 'cart-1',
      share: isShared ? 'token' : 'off',
      fetch: async (_input, init) => {
        sent.push(new Headers(init?.headers).get('Authorization'))
        return new Response(null, { status: sent.length === 1 ? 401 : 200 })
      },
    })
    await expect(session.getToken()).resolves.toBe('sandbox_token-1')
    expect(
      (await session.fetch('https://forage.example/api/x/', { method: 'POST', body: '{}' })).status,
    ).toBe(200)
    expect(sent).toEqual(['Bearer sandbox_token-1', 'Bearer sandbox_token-2'])
    expect(Symbol.dispose in session).toBe(!('Symbol' in missing))
    session.close()
    session.close()
    expect(session.getSnapshot()).toEqual({ status: 'closed' })
  },
)

test('with Symbol.dispose, the end of a block closes the session', async () => {
  const createForageSession = await loadWithout({})
  const statuses: string[] = []
  {
    using session = createForageSession({ tokenSource: '/token' })
    session.subscribe(() => statuses.push(session.getSnapshot().status))
  }
  expect(statuses).toEqual(['closed'])
})

test('without reportError, a listener that throws is reported on the console', async () => {
  const createForageSession = await loadWithout({ reportError: undefined })
  const error = vi.spyOn(console, 'error').mockImplementation(() => {})
  const session = createForageSession({ tokenSource: async () => 'sandbox_token', share: 'off' })
  session.on(() => {
    throw new Error('from a listener')
  })
  await expect(session.getToken()).resolves.toBe('sandbox_token')
  session.close()
  expect(error.mock.calls.flat()).toContainEqual(new Error('from a listener'))
})

test('an error from the platform while a channel opens does not reach the caller', async () => {
  const createForageSession = await loadWithout({
    BroadcastChannel: function BroadcastChannel() {
      throw new DOMException('The operation is insecure.', 'SecurityError')
    },
  })
  const session = createForageSession({ tokenSource: async () => 'sandbox_token', checkoutId: 'cart-1' })
  await expect(session.getToken()).resolves.toBe('sandbox_token')
  session.close()
})

/** Needs no network, and stays open until it is closed. */
class OwnChannel extends EventTarget {
  static count = 0
  constructor() {
    super()
    OwnChannel.count += 1
  }
  unref(): void {
    OwnChannel.count -= 1
  }
  postMessage(): void {}
  close(): void {}
}

test('a channel keeps no Node.js process alive, although the page is simulated', async () => {
  const createForageSession = await loadWithout({
    BroadcastChannel: OwnChannel,
    location: { origin: 'http://localhost' },
    navigator: {},
  })
  const session = createForageSession({ tokenSource: async () => 'sandbox_token', checkoutId: 'cart-1' })
  await expect(session.getToken()).resolves.toBe('sandbox_token')
  expect(OwnChannel.count).toBe(0)
  session.close()
})

test.each<[string, object | undefined]>([
  ['are missing, as over http', undefined],
  [
    'throw',
    {
      request: () => {
        throw new DOMException('no', 'SecurityError')
      },
    },
  ],
  ['refuse', { request: async () => await Promise.reject(new DOMException('no', 'SecurityError')) }],
  ['hang', { request: () => new Promise(() => {}) }],
  ['return nothing', { request: () => {} }],
])('if Web Locks %s, a session gets its token', async (_, locks) => {
  const createForageSession = await loadWithout({
    BroadcastChannel: OwnChannel,
    location: { origin: 'http://shop.example' },
    navigator: { locks },
  })
  const session = createForageSession({ tokenSource: async () => 'sandbox_token', checkoutId: 'cart-1' })
  await expect(session.getToken()).resolves.toBe('sandbox_token')
  session.close()
})

test('a closed session leaves no listener, although the runtime ignores the option signal', async () => {
  const listeners = new Set<string>()
  const target = {
    addEventListener: (type: string) => void listeners.add(type),
    removeEventListener: (type: string) => void listeners.delete(type),
  }
  const createForageSession = await loadWithout({ document: target, ...target })
  const session = createForageSession({ tokenSource: async () => 'sandbox_token' })
  await session.getToken()
  expect(listeners).toContain('pagehide')
  session.close()
  expect([...listeners]).toEqual([])
})
