import { createForageSession } from '@forage-session/core'
import { createMerchantBackend, createVirtualClock } from '@forage-session/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { ForageElement } from '../src/sdk/forage-sdk-types.ts'
import { SdkBridge } from '../src/sdk/sdk-bridge.ts'
import { createFakeSdk, type FakeElement } from './fake-sdk.ts'

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

interface Outcome {
  submits: number
  settled: number
}

/** Runs the steps in one page, and checks the page after each. */
async function runSchedule(steps: readonly Step[]): Promise<Outcome> {
  const clock = createVirtualClock()
  const backend = createMerchantBackend(clock, { lifetimeMs })
  const minted = new Map<string, { at: number; checkout: string | undefined }>()
  let checkout = 'cart-0'
  let count = 0
  let isDown = false
  const session = createForageSession({
    async tokenSource(request) {
      if (isDown) throw new TypeError('offline')
      const answer = await backend.tokenSource(request)
      const { token } = answer as { token: string }
      minted.set(token, { at: clock.now(), checkout: request.checkoutId })
      return answer
    },
    environment: 'sandbox',
    checkoutId: checkout,
    clock,
    share: 'off',
    random: () => 0,
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
  } satisfies Record<Id, ForageElement>
  const typed = new Map<FakeElement, Id>()
  const refs = new Map<string, string>()
  /** The element of each call in progress. */
  const inFlight = new Map<number, FakeElement | undefined>()
  let release = (): void => {}
  const leftAtMount: number[] = []
  let submits = 0
  let settled = 0
  // Whether only calls in progress keep the elements: new input is removed with them.
  let isExpiring = false
  await clock.advance(100)

  const forget = (which?: Id): void => {
    for (const [element, owner] of typed) if (which === undefined || owner === which) typed.delete(element)
  }
  const removeInput = (which: Id): void => {
    forget(which)
    for (const [number, element] of inFlight) if (element === sdk.at(which)) inFlight.set(number, undefined)
  }
  const expire = (): void => {
    forget()
    isExpiring = inFlight.size > 0
  }
  const token = (): string => sdk.configs.at(-1)?.sessionToken ?? ''

  const run = async (next: Step): Promise<void> => {
    switch (next.do) {
      case 'mount':
        removeInput(next.id)
        elements[next.id].mount(next.id)
        return
      case 'type': {
        const element = sdk.at(next.id)
        sdk.type(next.id)
        if (element && !isExpiring) typed.set(element, next.id)
        return
      }
      case 'clear':
        elements[next.id].clear()
        return forget(next.id)
      case 'destroy':
        removeInput(next.id)
        return elements[next.id].destroy()
      case 'submit': {
        const number = submits++
        const ref = `payment-${number}`
        refs.set(ref, checkout)
        forget(next.id)
        inFlight.set(number, sdk.at(next.id))
        const onSettled = (error?: unknown): void => {
          settled += 1
          inFlight.delete(number)
          // A refused token removes all input.
          if ((error as { httpStatusCode?: number } | undefined)?.httpStatusCode === 401) expire()
          if (inFlight.size === 0) isExpiring = false
        }
        bridge.calls.capturePayment(elements[next.id], ref).then(() => onSettled(), onSettled)
        return
      }
      case 'rotate':
        session.renew().catch(() => {})
        return
      case 'reject':
        return void sdk.expiredTokens.add(token())
      case 'hold':
        release()
        release = sdk.hold()
        return
      case 'release':
        return release()
      case 'source down':
        isDown = true
        return
      case 'source up':
        isDown = false
        return
      case 'switch':
        checkout = `cart-${(count += 1)}`
        expire()
        session.setCheckout(checkout)
        return bridge.restart()
      case 'clear session':
        session.clear()
        // Without a token the session drops nothing, and the input may stay.
        for (const element of typed.keys()) if (element.isDestroyed) typed.delete(element)
        if (inFlight.size > 0) expire()
        return
      case 'pass':
        return await clock.advance(next.ms)
    }
  }

  for (const next of steps) {
    const canRenew = !isDown && !['degraded', 'failed'].includes(session.getSnapshot().status)
    const wasFree = typed.size === 0 && inFlight.size === 0 && canRenew
    const refused = bridge.getState().needsReentry
    await run(next)
    await clock.advance(0)
    if (next.do === 'mount' && wasFree) {
      await clock.advance(100)
      const mintedAt = minted.get(token())?.at ?? -Infinity
      if (sdk.at(next.id)) leftAtMount.push(mintedAt + lifetimeMs - clock.now())
    }
    // This state precedes the rejection of the call.
    if (!refused && bridge.getState().needsReentry) expire()
    const open = new Set(sdk.attempts.filter(({ isAnswered }) => !isAnswered).map(({ ref }) => ref))
    const busy = [...inFlight].flatMap(([number, element]) =>
      element && open.has(`payment-${number}`) ? [element] : [],
    )
    expect([...typed.keys(), ...busy].filter(({ isDestroyed }) => isDestroyed)).toEqual([])
  }
  release()
  isDown = false
  await clock.advance(2 * minutes)
  expect(Math.min(Infinity, ...leftAtMount)).toBeGreaterThan(maxValidityMs - 200)
  for (const { ref, token: used } of sdk.attempts) expect(minted.get(used)?.checkout).toBe(refs.get(ref))
  expect(new Set(sdk.attempts.map(({ ref }) => ref)).size).toBe(sdk.attempts.length)
  expect(new Set(sdk.captures).size).toBe(sdk.captures.length)
  return { submits, settled }
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
