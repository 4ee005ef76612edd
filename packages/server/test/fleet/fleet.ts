import {
  createForageServer,
  isForageServerError,
  type ForageServer,
  type ServerClock,
  type TokenStore,
} from '../../src/index.ts'
import type { SlotDocument } from '../../src/slot/slot-document.ts'
import { separateStore } from '../fixtures/separate-store.ts'
import { createFleetClock, type FleetClock } from './fleet-clock.ts'
import { createFleetUpstream, type FleetTally, type FleetUpstream } from './fleet-upstream.ts'

/** A fault of the next authentication token request. */
export type Fault =
  | 'none'
  | 'error' // the answer is a 503
  | 'lost' // the token is issued, but the answer never arrives
  | 'crash-before' // the process dies before it sends
  | 'crash-after' // the token is issued, and the process dies before it commits
  | 'pause' // the token is issued, and the process pauses for longer than its lease

export interface FleetOptions {
  random: () => number
  instances?: number
  /** How far the first and the last clock of the fleet are apart. Default: 0. The store's clock is right. */
  skewMs?: number
  /** Whether every answer of the store and of Forage takes its time, seconds for some. Default: false. */
  isSlow?: boolean
  /** Default: a memory store. */
  store?: TokenStore
}

export interface Fleet {
  clock: FleetClock
  tally: FleetTally
  /** Mints a session token at an instance. The fault applies to the token request that this may cause. */
  serve(instance: number, fault: Fault): Promise<Served>
  /** Mints a session token at each of these instances, all at the same time. */
  serveAll(instances: readonly number[]): Promise<Served[]>
  rotate(instance: number, fault: Fault): Promise<void>
  /** Makes Forage's revocation endpoint work, or answer 503. */
  setRevocation(works: boolean): void
  /** Lets the store lose all data. */
  loseData(): void
  /** Returns how often an instance found that the store lacked something. */
  restored(): number
  /** Returns live tokens that are in no slot, beyond the mints with unknown outcome in the slot. */
  unaccounted(): Promise<string[]>
  slot(): Promise<SlotDocument>
  live(): string[]
}

export type Served = 'minted' | 'failed' | 'crashed'

const day = 86_400_000
const pauseMs = 30_000
// Slow answers are not outages.
const storeTimeoutMs = 5000

/** Starts several instances of one merchant's server on one store, in virtual time. A crashed one is replaced. */
export async function startFleet({
  random,
  instances = 6,
  skewMs = 0,
  isSlow = false,
  store: shared,
}: FleetOptions): Promise<Fleet> {
  const clock = createFleetClock()
  const upstream = createFleetUpstream(() => clock.now(), day)
  const { store, read, lose } = readableStore(shared ? inRealTime(shared, clock) : separateStore())
  const world: World = {
    clock,
    upstream,
    store,
    random,
    fault: 'none',
    isRevoking: true,
    restored: 0,
    isSlow,
  }
  const start = (index: number): Instance => startInstance(world, skewMs * (index / (instances - 1) - 0.5))
  const fleet = Array.from({ length: instances }, (_, index) => start(index))
  await keysAreHashed()
  const mint = (forage: ForageServer): Promise<unknown> =>
    forage.mintSessionToken({ merchantAccount: 'mid/123ab45c67' })

  const use = async (
    index: number,
    fault: Fault,
    work: (forage: ForageServer) => Promise<unknown>,
  ): Promise<Served> => {
    const instance = fleet[index]!
    world.fault = fault
    const outcome = await outcomeOf(clock, instance, work(instance.forage))
    if (outcome === 'crashed') fleet[index] = start(index)
    if (outcome === 'crashed') await keysAreHashed()
    return outcome
  }
  const slot = async (): Promise<SlotDocument> => JSON.parse(await read()) as SlotDocument
  return {
    clock,
    tally: upstream.tally,
    serve: (index, fault) => use(index, fault, mint),
    serveAll: (indexes) =>
      Promise.all(indexes.map((index) => outcomeOf(clock, fleet[index]!, mint(fleet[index]!.forage)))),
    rotate: async (index, fault) => void (await use(index, fault, (forage) => forage.pool('web').rotate())),
    setRevocation: (works) => void (world.isRevoking = works),
    loseData: lose,
    restored: () => world.restored,
    unaccounted: async () => unaccounted(await slot(), upstream.live(), clock.now()),
    slot,
    live: () => upstream.live(),
  }
}

/** Waits until the slot keys are hashed. Other threads hash them, roughly in the order of the calls. */
async function keysAreHashed(): Promise<void> {
  const later = Array.from({ length: 8 }, () => crypto.subtle.digest('SHA-256', new Uint8Array(1)))
  await Promise.all(later)
}

interface World {
  clock: FleetClock
  upstream: FleetUpstream
  store: TokenStore
  random: () => number
  fault: Fault
  isRevoking: boolean
  restored: number
  isSlow: boolean
}

interface Instance {
  forage: ForageServer
  state: InstanceState
}

interface InstanceState {
  isDead: boolean
  pausedUntil: number
  /** How far the clock of the instance is ahead. */
  skewMs: number
}

function startInstance(world: World, skewMs: number): Instance {
  const state: InstanceState = { isDead: false, pausedUntil: 0, skewMs }
  const forage = createForageServer({
    environment: 'sandbox',
    credentials: { clientId: 'id', clientSecret: 'secret' },
    pools: { web: { lifetimeSeconds: day / 1000 } },
    store: storeOf(world, state),
    fetch: async (input, init) => {
      await delay(world, 4000)
      const response = await send(world, state, new Request(input, init))
      await delay(world, 4000)
      await awake(world.clock, state)
      return response
    },
    clock: clockOf(world.clock, state),
    random: world.random,
  })
  forage.on(({ type }) => {
    if (type === 'slot-restored') world.restored++
  })
  return { forage, state }
}

async function send(world: World, state: InstanceState, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (pathname === '/o/revoke_token/' && !world.isRevoking) return new Response('', { status: 503 })
  return pathname === '/o/token/' ? sendFaulty(world, state, request) : world.upstream.answer(request)
}

async function sendFaulty(world: World, state: InstanceState, request: Request): Promise<Response> {
  const { upstream, clock } = world
  const { fault } = world
  world.fault = 'none'
  if (fault === 'error') return new Response('<html>', { status: 503 })
  if (fault === 'crash-before') state.isDead = true
  else if (fault === 'none') return upstream.answer(request)
  else upstream.issue()
  if (fault === 'lost') throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } })
  if (fault === 'crash-after') state.isDead = true
  if (fault === 'pause') state.pausedUntil = clock.now() + pauseMs
  // A paused process gets the answer when it resumes.
  return fault === 'pause' ? lastIssued(world) : never()
}

function lastIssued({ upstream }: World): Response {
  const token = upstream.live().at(-1)!
  return Response.json({ access_token: token, expires_in: day / 1000, token_type: 'Bearer' })
}

async function awake(clock: FleetClock, state: InstanceState): Promise<void> {
  if (state.isDead) return never()
  const ms = state.pausedUntil - clock.now()
  if (ms > 0) await new Promise<void>((resolve) => void clock.setTimeout(resolve, ms))
}

function storeOf(world: World, state: InstanceState): TokenStore {
  const { store, clock } = world
  const whileAwake = async <T>(work: () => Promise<T>): Promise<T> => {
    await awake(clock, state)
    await delay(world, 1500)
    const result = await work()
    await delay(world, 1500)
    await awake(clock, state)
    return result
  }
  return {
    capabilities: store.capabilities,
    get: (key) => whileAwake(() => store.get(key)),
    cas: (...args) => whileAwake(() => store.cas(...args)),
    now: () => whileAwake(async () => clock.now()),
    timeoutMs: storeTimeoutMs,
  }
}

/** Waits for a part of `atMostMs`: mostly a small one, sometimes nearly all of it. */
async function delay({ clock, random, isSlow }: World, atMostMs: number): Promise<void> {
  if (!isSlow) return
  const ms = Math.floor(atMostMs * random() ** 4)
  await new Promise<void>((resolve) => void clock.setTimeout(resolve, ms))
}

/** Returns the clock of an instance. Timers of a dead process never run; those of a paused one run when it resumes. */
function clockOf(clock: FleetClock, state: InstanceState): ServerClock {
  return {
    now: () => clock.now() + state.skewMs,
    setTimeout: (run, ms) =>
      clock.setTimeout(() => {
        if (!state.isDead) awake(clock, state).then(run, () => {})
      }, ms),
    clearTimeout: (timer) => clock.clearTimeout(timer),
  }
}

async function outcomeOf(clock: FleetClock, { state }: Instance, work: Promise<unknown>): Promise<Served> {
  let outcome: Served | undefined
  let unexpected: unknown
  work.then(
    () => (outcome = 'minted'),
    (error: unknown) => {
      outcome = 'failed'
      if (!isForageServerError(error)) unexpected = error
    },
  )
  await clock.passUntil(() => outcome !== undefined || state.isDead)
  if (unexpected !== undefined) throw unexpected
  return outcome ?? 'crashed'
}

/** The time of the fleet stands still while the store works. */
function inRealTime(store: TokenStore, clock: FleetClock): TokenStore {
  return {
    capabilities: store.capabilities,
    get: (key) => clock.during(() => store.get(key)),
    cas: (...args) => clock.during(() => store.cas(...args)),
  }
}

interface ReadableStore {
  store: TokenStore
  read(): Promise<string>
  lose(): void
}

/** A store that has lost its data is the same store under other keys. */
function readableStore(inner: TokenStore): ReadableStore {
  let losses = 0
  let known: string | undefined
  const at = (key: string): string => `${losses}:${key}`
  const read = async (): Promise<string> => {
    const stored = known === undefined ? null : await inner.get(at(known))
    return stored?.value ?? '{"draining":[],"suspects":[],"lease":null,"current":null}'
  }
  const store: TokenStore = {
    ...inner,
    get: (key) => inner.get(at(key)),
    cas: (key, ...rest) => {
      known = key
      return inner.cas(at(key), ...rest)
    },
  }
  return { store, read, lose: () => void losses++ }
}

function unaccounted(doc: SlotDocument, live: string[], now: number): string[] {
  const known = new Set([doc.current?.token, ...doc.draining.map(({ token }) => token)])
  const unknown = live.filter((token) => !known.has(token))
  // A lease that was not released becomes a suspect when the next lease is granted.
  const uncertain = doc.suspects.filter(({ until }) => now < until).length + (doc.lease ? 1 : 0)
  return unknown.slice(uncertain)
}

function never<T>(): Promise<T> {
  return new Promise(() => {})
}
