import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'

import { createForageSession, type ForageSession } from '../src/index.ts'
import { createVirtualClock, createVirtualTabs, type VirtualClock } from '../src/testing/index.ts'

/** The number of schedules. The deep run raises it; a failing schedule is printed with its seed. */
const { env } = (globalThis as { process?: { env: Record<string, string | undefined> } }).process ?? {
  env: {},
}
const numRuns = Number(env['SCHEDULES'] ?? 300)

const budget = { max: 10, perMs: 60_000 }
const lifetimeMs = 900_000

/** Another script of the origin may post anything. It knows no real token. */
const hostileMessage = fc.oneof(
  fc.jsonValue(),
  fc.record({
    id: fc.constantFrom('', '!', '~'),
    type: fc.constantFrom('ask', 'claim', 'offer', 'failed', 'gone', 'clear'),
    fetching: fc.boolean(),
    token: fc.constantFrom('sandbox_forged-1', 'sandbox_forged-2', 'not a token'),
    lifetimeMs: fc.oneof(fc.nat(2_000_000), fc.constantFrom(-1, 1e15)),
    ageMs: fc.oneof(fc.nat(2_000_000), fc.constantFrom(-1e9, 1e15)),
    postedAt: fc.constantFrom(0, 1.8e12, -1e15, 1e15),
    code: fc.constantFrom(
      'endpoint_unreachable',
      'endpoint_timeout',
      'endpoint_failed',
      'token_missing',
      'x',
    ),
    retryInMs: fc.oneof(fc.nat(60_000), fc.constantFrom(-1, 1e15)),
  }),
)

const tab = fc.nat({ max: 2 })
const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('fetch' as const),
      tab,
      post: fc.boolean(),
      redirect: fc.boolean(),
      abortAfterMs: fc.option(fc.nat(200), { nil: undefined }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('getToken' as const),
      tab,
      minValidityMs: fc.option(fc.nat(600_000), { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('withToken' as const), tab }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      ms: fc.oneof(fc.nat(30), fc.nat(300), fc.nat(20_000), fc.nat(1_200_000)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sleep' as const), ms: fc.nat(3_600_000) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('step' as const),
      ms: fc.integer({ min: -3_600_000, max: 3_600_000 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('backend' as const),
      mode: fc.constantFrom('up', 'down', '500', '401', 'hangs'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('revoke' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('network' as const), tab, isDown: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('hostile' as const),
      message: hostileMessage,
      id: fc.constantFrom('cart-1', 'cart-2'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('checkout' as const),
      tab,
      id: fc.constantFrom('cart-1', 'cart-2', undefined),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const), tab }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('retry' as const), tab }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'hidden' as const,
        'visible' as const,
        'online' as const,
        'pagehide' as const,
        'pageshow' as const,
      ),
      tab,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'freeze' as const,
        'resume' as const,
        'navigateAway' as const,
        'navigateBack' as const,
      ),
      tab,
    }),
  },
)
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never

interface Call {
  readonly checkoutId: string | undefined
  readonly post: boolean
  readonly redirected: boolean
  readonly hits: string[]
}

/** A device with three tabs, a merchant backend and an API that knows which tokens it issued. */
function createWorld(clock: VirtualClock) {
  const minted = new Map<string, { checkoutId: string | undefined; until: number }>()
  const requests: { tab: number; at: number }[] = []
  const calls: Call[] = []
  const checkouts: (string | undefined)[] = ['cart-1', 'cart-1', 'cart-1']
  let mode: string = 'up'
  let isSteppedBack = false
  const tabsDown = new Set<number>()
  /** A session follows its page from its first use on. */
  const tabsUsed = new Set<number>()
  const tabsAway = new Set<number>()
  const postedAway: unknown[] = []
  const [stranger, ...devices] = createVirtualTabs(4, { clock })
  for (const token of ['sandbox_forged-1', 'sandbox_forged-2'])
    minted.set(token, { checkoutId: 'any', until: 0 })

  const mint = (checkoutId: string | undefined): string => {
    const token = `sandbox_token-${minted.size}`
    minted.set(token, { checkoutId, until: clock.elapsed() + lifetimeMs })
    return token
  }
  const isGood = (token: string): boolean => clock.elapsed() < minted.get(token)!.until
  const later = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, ms))

  // The ids come from here, so that a schedule can be repeated.
  let ids = 0
  vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
    ids += 1
    return (array as Uint32Array).fill(ids * 2_654_435_761) as typeof array
  })
  const sessions = devices.map(({ lifecycle, openChannel, openPresence, clock: ownClock }, index) =>
    createForageSession({
      tokenSource: async ({ checkoutId }) => {
        requests.push({ tab: index, at: clock.elapsed() })
        const answer = mode
        await later(50)
        if (answer === 'hangs') return await new Promise<never>(() => {})
        if (answer === 'down' || tabsDown.has(index)) throw new TypeError('Failed to fetch')
        if (answer !== 'up') return new Response('', { status: Number(answer) })
        return { token: mint(checkoutId), expires_in: lifetimeMs / 1000 }
      },
      environment: 'sandbox',
      checkoutId: 'cart-1',
      platform: {
        clock: ownClock,
        lifecycle: {
          ...lifecycle,
          subscribe(listener) {
            tabsUsed.add(index)
            return lifecycle.subscribe(listener)
          },
        },
        openChannel(name) {
          const channel = openChannel(name)
          const postMessage = (message: unknown): void => {
            if (tabsAway.has(index)) postedAway.push(message)
            channel.postMessage(message)
          }
          return { ...channel, postMessage }
        },
        // The last tab has no Web Locks.
        openPresence: (name) => (index < 2 ? openPresence(name) : undefined),
        random: () => ((index + 1) * 0.37) % 1,
      },
      budget,
      fetch: async (_, init) => {
        const headers = new Headers(init?.headers)
        const call = calls[Number(headers.get('X-Call'))]!
        const token = headers.get('Authorization')!.slice('Bearer '.length)
        call.hits.push(token)
        await later(20)
        init?.signal?.throwIfAborted()
        const response = new Response(null, { status: isGood(token) ? 200 : 401 })
        return call.redirected ? Object.defineProperty(response, 'redirected', { value: true }) : response
      },
    }),
  )
  return {
    minted,
    requests,
    calls,
    checkouts,
    tabsDown,
    tabsUsed,
    tabsAway,
    postedAway,
    devices,
    post: (id: string, message: unknown) =>
      stranger!
        .openChannel(`forage-session ${JSON.stringify([undefined, 'sandbox', undefined, id])}`)
        .postMessage(message),
    sessions,
    isGood,
    setMode: (next: string) => (mode = next),
    steppedBack: () => isSteppedBack,
    noteStep: (ms: number) => (isSteppedBack ||= ms < 0),
  }
}

type World = ReturnType<typeof createWorld>

/** Starts one step of a schedule and returns the promises that have to settle. */
async function perform(world: World, clock: VirtualClock, what: Happening): Promise<Promise<unknown>[]> {
  const session = 'tab' in what ? world.sessions[what.tab]! : undefined
  switch (what.do) {
    case 'fetch':
      return [startFetch(world, clock, session!, what)]
    case 'getToken':
      return [
        checkToken(
          world,
          session!.getToken(
            what.minValidityMs === undefined ? undefined : { minValidityMs: what.minValidityMs },
          ),
        ),
      ]
    case 'withToken':
      return [session!.withToken((token) => checkToken(world, Promise.resolve(token)))]
    case 'advance':
      await clock.advance(what.ms)
      return []
    case 'sleep':
      clock.sleep(what.ms)
      return []
    case 'step':
      world.noteStep(what.ms)
      clock.stepWall(what.ms)
      return []
    case 'backend':
      world.setMode(what.mode)
      return []
    case 'revoke':
      for (const known of world.minted.values()) known.until = 0
      return []
    case 'checkout':
      world.checkouts[what.tab] = what.id
      session!.setCheckout(what.id)
      return []
    case 'clear':
      session!.clear()
      return []
    case 'retry':
      session!.retry()
      return []
    case 'network':
      if (what.isDown) world.tabsDown.add(what.tab)
      else world.tabsDown.delete(what.tab)
      return []
    case 'hostile':
      world.post(what.id, what.message)
      return []
    case 'freeze':
    case 'resume':
    case 'navigateAway':
    case 'navigateBack':
      followPage(world, what.tab, what.do, () => world.devices[what.tab]![what.do]())
      return []
    default:
      followPage(world, what.tab, what.do, () => world.devices[what.tab]!.lifecycle.emit(what.do))
      return []
  }
}

const returning = new Set(['resume', 'visible', 'pageshow', 'navigateBack'])

/** Expects that a page which comes back, or may come back, has forgotten its token. */
function followPage(
  { tabsUsed, tabsAway, sessions }: World,
  of: number,
  event: string,
  happen: () => void,
): void {
  const isBack = tabsAway.has(of) && returning.has(event)
  if (isBack) tabsAway.delete(of)
  happen()
  if (tabsUsed.has(of) && (event === 'pagehide' || event === 'navigateAway')) tabsAway.add(of)
  if (isBack) expect(sessions[of]!.getSnapshot().status).toBe('idle')
}

function startFetch(
  world: World,
  clock: VirtualClock,
  session: ForageSession,
  what: Extract<Happening, { do: 'fetch' }>,
): Promise<unknown> {
  const controller = new AbortController()
  const call: Call = {
    checkoutId: world.checkouts[what.tab],
    post: what.post,
    redirected: what.redirect,
    hits: [],
  }
  const headers = { 'X-Call': String(world.calls.push(call) - 1) }
  if (what.abortAfterMs !== undefined)
    clock.setTimeout(() => controller.abort(new Error('aborted')), what.abortAfterMs)
  const init = { headers, signal: controller.signal, ...(what.post ? { method: 'POST', body: '{}' } : {}) }
  return session.fetch('https://api.sandbox.joinforage.app/api/x/', init)
}

/** Expects that no expired token is returned. A wall clock set back may hide a sleep; then the 401 decides. */
async function checkToken(world: World, token: Promise<string>): Promise<string> {
  const value = await token
  const { until } = world.minted.get(value)!
  if (!world.steppedBack() && until !== 0) expect(world.isGood(value)).toBe(true)
  return value
}

function expectKept({ calls, minted, requests, postedAway }: World): void {
  expect(postedAway).toEqual([])
  for (const { checkoutId, hits, post, redirected } of calls) {
    expect(hits.length).toBeLessThanOrEqual(post && redirected ? 1 : 2)
    for (const token of hits) expect([checkoutId, 'any']).toContain(minted.get(token)!.checkoutId)
    expect(new Set(hits).size).toBe(hits.length)
  }
  for (const { tab: of, at } of requests) {
    const inWindow = requests.filter(
      (other) => other.tab === of && other.at >= at && other.at < at + budget.perMs,
    )
    expect(inWindow.length).toBeLessThanOrEqual(budget.max)
  }
}

afterEach(() => vi.restoreAllMocks())

test('the session keeps its promises in every random schedule of requests, failures, clocks, tabs, pages and hostile messages', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 40 }), async (schedule) => {
      const clock = createVirtualClock()
      const world = createWorld(clock)
      const settled: Promise<unknown>[] = []
      let failure: unknown
      for (const what of schedule) {
        for (const promise of await perform(world, clock, what)) {
          settled.push(
            promise.catch((error: unknown) => {
              if (error instanceof Error && error.name === 'AssertionError') failure = error
            }),
          )
        }
        // Everything that settled by now is checked before the next step.
        await clock.advance(0)
      }
      let left = settled.length
      for (const promise of settled) void promise.then(() => (left -= 1))
      world.tabsAway.clear()
      for (const device of world.devices) device.navigateBack()
      await clock.advance(60_000)
      expect(left).toBe(0)
      if (failure) throw failure
      expectKept(world)
      for (const session of world.sessions) session.close()
      await clock.advance(0)
      expect(clock.timers()).toBe(0)
    }),
    { numRuns },
  )
}, 600_000)
