import { createForageSession, type ForageSession } from '@forage-session/core'
import { createMerchantBackend, createVirtualClock, type VirtualClock } from '@forage-session/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { ForageElement } from '../src/sdk/forage-sdk-types.ts'
import { SdkBridge } from '../src/sdk/sdk-bridge.ts'
import { createFakeSdk, type FakeElement, type FakeSdk } from './fake-sdk.ts'

/** The number of schedules. The deep run sets it. A failing schedule is printed with its seed. */
const { env } = (globalThis as { process?: { env: Record<string, string | undefined> } }).process ?? {
  env: {},
}
const numRuns = Number(env['SCHEDULES'] ?? 200)

const minutes = 60_000
const lifetimeMs = 15 * minutes
/** The session limits a minimum validity to half of a token's lifetime. */
const maxValidityMs = lifetimeMs / 2

type Id = 'card' | 'pin'
type Step =
  | { do: 'mount' | 'type' | 'clear' | 'submit' | 'destroy'; id: Id }
  | {
      do: 'rotate' | 'reject' | 'hold' | 'release' | 'source down' | 'source up' | 'switch' | 'clear session'
    }
  | { do: 'pass'; ms: number }

const id = fc.constantFrom<Id>('card', 'pin')
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('mount' as const), id }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('type' as const, 'submit' as const), id }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('clear' as const, 'destroy' as const), id }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('rotate' as const, 'reject' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('hold' as const, 'release' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('source down' as const, 'source up' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('switch' as const, 'clear session' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(10, 100, 5000, 6 * minutes, 20 * minutes),
    }),
  },
)

interface World {
  clock: VirtualClock
  session: ForageSession
  sdk: FakeSdk
  bridge: SdkBridge
  elements: Record<Id, ForageElement>
  /** When and for which checkout each token was minted. */
  minted: Map<string, { at: number; checkout: string | undefined }>
  isDown: boolean
  checkout: string
  /** Ends the hold of the SDK's calls. */
  release: () => void
}

function createWorld(): World {
  const clock = createVirtualClock()
  const backend = createMerchantBackend(clock, { lifetimeMs })
  const minted: World['minted'] = new Map()
  const session = createForageSession({
    async tokenSource(request) {
      if (world.isDown) throw new TypeError('offline')
      const answer = await backend.tokenSource(request)
      const { token } = answer as { token: string }
      minted.set(token, { at: clock.now(), checkout: request.checkoutId })
      return answer
    },
    environment: 'sandbox',
    checkoutId: 'cart-0',
    platform: { clock, random: () => 0 },
    share: 'off',
    budget: { max: 1000, perMs: 1000 },
  })
  const sdk = createFakeSdk()
  const bridge = new SdkBridge({
    session,
    clock,
    options: () => ({
      load: () => Promise.resolve(sdk.factory),
      merchantId: 'mid/123ab45c67',
      customerId: 'customer-hash',
    }),
  })
  bridge.start()
  const elements = {
    card: bridge.calls.createElement('tokenize_card'),
    pin: bridge.calls.createElement('collect_pin'),
  }
  const own = { clock, session, sdk, bridge, elements, minted }
  const world: World = { ...own, isDown: false, checkout: 'cart-0', release: () => {} }
  return world
}

/** The input that must survive, according to the steps so far. */
class InputModel {
  readonly typed = new Map<FakeElement, Id>()
  /** The elements that may have input, whether it must survive or not. */
  readonly touched = new Map<FakeElement, Id>()
  /** The element of each call in progress. */
  readonly inFlight = new Map<number, FakeElement | undefined>()
  /** The checkout of each payment. */
  readonly checkouts = new Map<string, string>()
  submits = 0
  settled = 0
  /** Counts the checkouts that ended. */
  epoch = 0
  /** The elements of former checkouts: the customer cannot type into them. */
  readonly #hidden = new Set<FakeElement>()
  /** Whether only calls in progress keep the elements: new input is removed with them. */
  #isExpiring = false

  type(element: FakeElement | undefined, owner: Id): void {
    if (!element || this.#hidden.has(element)) return
    if (!this.#isExpiring) this.typed.set(element, owner)
    this.touched.set(element, owner)
  }

  get mayHaveInput(): boolean {
    return [...this.touched.keys()].some(({ isDestroyed }) => !isDestroyed)
  }

  forget(which?: Id): void {
    for (const [element, owner] of this.typed) {
      if (which === undefined || owner === which) this.typed.delete(element)
    }
  }

  /** The page empties or sends an input. */
  empty(which: Id): void {
    this.forget(which)
    for (const [element, owner] of this.touched) if (owner === which) this.touched.delete(element)
  }

  /** The page mounts an element again. */
  replace(which: Id, element: FakeElement | undefined): void {
    this.#remove(which, (own) => own === element)
  }

  /** The page destroys an element, and with it those of former checkouts. */
  destroy(which: Id): void {
    this.#remove(which, ({ mountedAt }) => mountedAt === which)
  }

  #remove(which: Id, isRemoved: (element: FakeElement) => boolean): void {
    this.forget(which)
    for (const [number, own] of this.inFlight) if (own && isRemoved(own)) this.inFlight.set(number, undefined)
  }

  /** All input is lost, but a call in progress keeps its element. */
  expire(): void {
    this.forget()
    this.#isExpiring = this.inFlight.size > 0
  }

  /** The checkout ended: its input is lost, but that of the next one is not, whatever the calls in progress do. */
  drop({ sdk }: World): void {
    this.forget()
    for (const place of ['card', 'pin']) {
      const element = sdk.at(place)
      if (element) this.#hidden.add(element)
    }
    this.#isExpiring = false
    this.epoch += 1
  }

  settle(number: number, epoch: number, error?: unknown): void {
    this.settled += 1
    this.inFlight.delete(number)
    // A refused token removes all input of its checkout.
    const isRefused = (error as { httpStatusCode?: number } | undefined)?.httpStatusCode === 401
    if (isRefused && epoch === this.epoch) this.expire()
    if (this.inFlight.size === 0) this.#isExpiring = false
  }
}

function submit({ bridge, sdk, elements, checkout }: World, model: InputModel, element: Id): void {
  const number = model.submits++
  const ref = `payment-${number}`
  model.checkouts.set(ref, checkout)
  model.empty(element)
  model.inFlight.set(number, sdk.at(element))
  const { epoch } = model
  const onSettled = (error?: unknown): void => model.settle(number, epoch, error)
  bridge.calls.capturePayment(elements[element], ref).then(() => onSettled(), onSettled)
}

function switchCheckout(world: World, model: InputModel): void {
  world.checkout = `cart-${Number(world.checkout.slice('cart-'.length)) + 1}`
  model.drop(world)
  world.session.setCheckout(world.checkout)
  world.bridge.restart()
}

async function runStep(world: World, model: InputModel, next: Step): Promise<void> {
  const { clock, session, sdk, elements } = world
  switch (next.do) {
    case 'mount':
      model.replace(next.id, sdk.at(next.id))
      return elements[next.id].mount(next.id)
    case 'type': {
      const element = sdk.at(next.id)
      sdk.type(next.id)
      return model.type(element, next.id)
    }
    case 'clear':
      elements[next.id].clear()
      return model.empty(next.id)
    case 'destroy':
      model.destroy(next.id)
      return elements[next.id].destroy()
    case 'submit':
      return submit(world, model, next.id)
    case 'rotate':
      return void session.renew().catch(() => {})
    case 'reject':
      return void sdk.expiredTokens.add(currentToken(world))
    case 'hold':
      world.release()
      world.release = sdk.hold()
      return
    case 'release':
      return world.release()
    case 'source down':
      return void (world.isDown = true)
    case 'source up':
      return void (world.isDown = false)
    case 'switch':
      return switchCheckout(world, model)
    case 'clear session':
      model.drop(world)
      return session.clear()
    case 'pass':
      return await clock.advance(next.ms)
  }
}

function currentToken({ sdk }: World): string {
  return sdk.configs.at(-1)?.sessionToken ?? ''
}

function expectInputKept({ sdk }: World, { typed, inFlight }: InputModel): void {
  const open = new Set(sdk.attempts.filter(({ isAnswered }) => !isAnswered).map(({ ref }) => ref))
  const busy = [...inFlight].flatMap(([number, element]) =>
    element && open.has(`payment-${number}`) ? [element] : [],
  )
  expect([...typed.keys(), ...busy].filter(({ isDestroyed }) => isDestroyed)).toEqual([])
}

interface Outcome {
  submits: number
  settled: number
}

/** Runs the steps in one page, and checks the page after each. */
async function runSchedule(steps: readonly Step[]): Promise<Outcome> {
  const world = createWorld()
  const model = new InputModel()
  const { clock, session, sdk, bridge, minted } = world
  const leftAtMount: number[] = []
  await clock.advance(100)
  for (const next of steps) {
    const canRenew = !world.isDown && !['degraded', 'failed'].includes(session.getSnapshot().status)
    const wasFree = !model.mayHaveInput && model.inFlight.size === 0 && canRenew
    const refused = bridge.getState().needsReentry
    await runStep(world, model, next)
    await clock.advance(0)
    if (next.do === 'mount' && wasFree) {
      await clock.advance(100)
      const mintedAt = minted.get(currentToken(world))?.at ?? -Infinity
      if (sdk.at(next.id)) leftAtMount.push(mintedAt + lifetimeMs - clock.now())
    }
    // This state precedes the rejection of the call.
    if (!refused && bridge.getState().needsReentry) model.expire()
    expectInputKept(world, model)
  }
  world.release()
  world.isDown = false
  await clock.advance(2 * minutes)
  expect(Math.min(Infinity, ...leftAtMount)).toBeGreaterThan(maxValidityMs - 200)
  const { checkouts } = model
  for (const { ref, token } of sdk.attempts) expect(minted.get(token)?.checkout).toBe(checkouts.get(ref))
  expect(new Set(sdk.attempts.map(({ ref }) => ref)).size).toBe(sdk.attempts.length)
  expect(new Set(sdk.captures).size).toBe(sdk.captures.length)
  return model
}

test('no schedule destroys input, sends a PIN twice or for another checkout, or leaves a call open', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), async (steps) => {
      const { submits, settled } = await runSchedule(steps)
      expect(settled).toBe(submits)
    }),
    { numRuns },
  )
}, 120_000)
