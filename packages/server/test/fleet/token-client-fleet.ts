import fc from 'fast-check'

import { isForageServerError, type ServerClock, type TokenStore } from '../../src/index.ts'
import { createOAuthTokenClient, type OAuthTokenClient } from '../../src/oauth.ts'
import { separateStore } from '../fixtures/separate-store.ts'
import {
  clientId,
  clientSecret,
  createRefreshUpstream,
  type RefreshUpstream,
} from '../token-client/refresh-upstream.ts'
import { createFleetClock, type FleetClock } from './fleet-clock.ts'
import { randomFrom } from './fleet-property.ts'

const minute = 60_000
const hour = 60 * minute

/** A fault of the next token request: an error or a crash before or after it takes effect, or a pause. */
export type Fault = 'none' | 'error' | 'error-after' | 'lost' | 'crash-before' | 'crash-after' | 'pause'

export interface TokenClientStep {
  afterMs: number
  instance: number
  do: 'get' | 'call' | 'both' | 'refuse-access' | 'refuse-refresh'
  fault: Fault
}

export interface TokenClientRun {
  rotates: boolean
  expiresIn: number
  steps: TokenClientStep[]
  seed: number
}

export interface TokenClientOutcome {
  spentTwice: number
  sentAfterEnd: number
  /** Number of dead tokens that callers got, except those that the server forgot. */
  deadTokens: number
  /** Whether every instance has the same usable token after the faults. */
  recovers: boolean
}

export const allIsWell: TokenClientOutcome = { spentTwice: 0, sentAfterEnd: 0, deadTokens: 0, recovers: true }

const step: fc.Arbitrary<TokenClientStep> = fc.record({
  afterMs: fc.oneof(fc.nat(2000), fc.nat(20 * minute), fc.nat(26 * hour)),
  instance: fc.nat(1),
  do: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('get' as const, 'call' as const, 'both' as const) },
    { weight: 1, arbitrary: fc.constantFrom('refuse-access' as const, 'refuse-refresh' as const) },
  ),
  fault: fc.oneof(
    { weight: 5, arbitrary: fc.constant('none' as const) },
    {
      weight: 5,
      arbitrary: fc.constantFrom<Fault[]>(
        'error',
        'error-after',
        'lost',
        'crash-before',
        'crash-after',
        'pause',
      ),
    },
  ),
})

export const tokenClientRun: fc.Arbitrary<TokenClientRun> = fc.record({
  rotates: fc.boolean(),
  expiresIn: fc.constantFrom(60, 900, 3600),
  steps: fc.array(step, { minLength: 1, maxLength: 25 }),
  seed: fc.nat(),
})

/** Runs these steps with two instances, and then ordinary traffic. */
export async function runTokenClients({
  rotates,
  expiresIn,
  steps,
  seed,
}: TokenClientRun): Promise<TokenClientOutcome> {
  const clock = createFleetClock()
  const now = (): number => clock.now()
  const upstream = createRefreshUpstream({ now, rotates, expiresIn, livesSeconds: expiresIn })
  const store = separateStore()
  const world: World = { clock, upstream, store, random: randomFrom(seed), fault: 'none', forgotten: 0 }
  const instances = [startInstance(world), startInstance(world)]
  let deadTokens = 0
  const work = async (index: number, how: TokenClientStep['do']): Promise<void> => {
    const instance = instances[index]!
    const { forgotten } = world
    const token = await outcomeOf(clock, instance, use(instance.client, how))
    if (token === 'crashed') instances[index] = startInstance(world)
    else if (token !== undefined && forgotten === world.forgotten && !isAlive(world, token)) deadTokens++
  }
  for (const { afterMs, instance, do: what, fault } of steps) {
    await clock.pass(afterMs)
    world.fault = fault
    if (what === 'refuse-access') forget(world)
    else if (what === 'refuse-refresh') upstream.refuseRefreshTokens()
    else if (what === 'both') await Promise.all([work(0, 'get'), work(1, 'call')])
    else await work(instance, what)
  }
  world.fault = 'none'
  await clock.pass(hour)
  const results = new Set<string | undefined>()
  for (const instance of instances) {
    // An instance may have crashed in background work.
    const { client, state } = instance.state.isDead ? startInstance(world) : instance
    results.add(await outcomeOf(clock, { client, state }, client.getToken()))
  }
  const [token] = results
  const recovers = results.size === 1 && token !== undefined && upstream.isAccepted(token)
  return { ...upstream.tally, deadTokens, recovers }
}

interface World {
  clock: FleetClock
  upstream: RefreshUpstream
  store: TokenStore
  random: () => number
  fault: Fault
  /** Number of times that the server forgot its access tokens. A token returned before may be dead then. */
  forgotten: number
  forgottenTokens?: Set<string>
}

interface Instance {
  client: OAuthTokenClient
  state: { isDead: boolean; pausedUntil: number }
}

function forget(world: World): void {
  world.forgottenTokens = new Set(world.upstream.issued)
  world.forgotten++
  world.upstream.refuseAccessTokens()
}

function isAlive({ upstream, forgottenTokens }: World, token: string): boolean {
  return upstream.isAccepted(token) || (forgottenTokens?.has(token) ?? false)
}

async function use(client: OAuthTokenClient, how: TokenClientStep['do']): Promise<string | undefined> {
  if (how === 'get') return client.getToken()
  const { status } = await client.fetch('/api/v1/payment-links/1')
  if (status !== 200) throw new Error(`A call was answered ${status}`)
  return undefined
}

function startInstance(world: World): Instance {
  const state = { isDead: false, pausedUntil: 0 }
  const client = createOAuthTokenClient({
    dialect: 'quidkey',
    environment: 'sandbox',
    credentials: { clientId, clientSecret },
    store: storeOf(world, state),
    fetch: async (input, init) => {
      const response = await send(world, state, new Request(input, init))
      await awake(world.clock, state)
      return response
    },
    clock: clockOf(world.clock, state),
    random: world.random,
  })
  return { client, state }
}

async function send(world: World, state: Instance['state'], request: Request): Promise<Response> {
  const { upstream, clock } = world
  const isTokenRequest = new URL(request.url).pathname.includes('oauth2')
  const fault = isTokenRequest ? world.fault : 'none'
  if (isTokenRequest) world.fault = 'none'
  if (fault === 'error') return new Response('<html>', { status: 503 })
  if (fault === 'crash-before') state.isDead = true
  if (state.isDead) return never()
  // The process pauses before it sends the request, so that other instances can act meanwhile.
  if (fault === 'pause') state.pausedUntil = clock.now() + 40_000
  await awake(clock, state)
  const response = await upstream.fetch(request)
  if (fault === 'error-after') return new Response('<html>', { status: 502 })
  if (fault === 'lost') throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } })
  if (fault === 'crash-after') state.isDead = true
  return response
}

async function awake(clock: FleetClock, state: Instance['state']): Promise<void> {
  if (state.isDead) return never()
  const ms = state.pausedUntil - clock.now()
  if (ms > 0) await new Promise<void>((resolve) => void clock.setTimeout(resolve, ms))
}

function storeOf({ store, clock }: World, state: Instance['state']): TokenStore {
  const whileAwake = async <T>(work: () => Promise<T>): Promise<T> => {
    await awake(clock, state)
    const result = await work()
    await awake(clock, state)
    return result
  }
  return {
    capabilities: store.capabilities,
    get: (key) => whileAwake(() => store.get(key)),
    cas: (...args) => whileAwake(() => store.cas(...args)),
  }
}

/** Returns the clock of an instance. Timers of a dead process never run; those of a paused one run when it resumes. */
function clockOf(clock: FleetClock, state: Instance['state']): ServerClock {
  return {
    now: () => clock.now(),
    setTimeout: (run, ms) =>
      clock.setTimeout(() => {
        if (!state.isDead) awake(clock, state).then(run, () => {})
      }, ms),
    clearTimeout: (timer) => clock.clearTimeout(timer),
  }
}

/** Returns the token, 'crashed', or undefined if the call returned no token. */
async function outcomeOf(
  clock: FleetClock,
  { state }: Instance,
  work: Promise<string | undefined>,
): Promise<string | undefined> {
  let outcome: { token: string | undefined } | undefined
  let unexpected: unknown
  work.then(
    (token) => (outcome = { token }),
    (error: unknown) => {
      outcome = { token: undefined }
      if (!isForageServerError(error)) unexpected = error
    },
  )
  await clock.passUntil(() => outcome !== undefined || state.isDead)
  if (unexpected !== undefined) throw unexpected
  return outcome ? outcome.token : 'crashed'
}

function never<T>(): Promise<T> {
  return new Promise(() => {})
}
