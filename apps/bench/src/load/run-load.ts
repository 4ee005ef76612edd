import { randomFrom } from '../random.ts'
import { checkOut, type CheckoutOutcome } from './checkout-customer.ts'
import { startWorld, type LoadWorld } from './load-world.ts'
import { startSampler, type Sample } from './sampler.ts'
import { signIn } from './shop-client.ts'
import type { Trouble } from './trouble.ts'

export interface LoadPlan {
  /** How many customers are in a checkout at once. */
  readonly customers: number
  /** The number of checkouts of each customer, one after another. */
  readonly checkoutsEach: number
  /** After this time no customer starts another checkout. Default: no limit. */
  readonly forMs?: number
  /** The average time that a customer thinks, four times per checkout. It varies from half of it to one and a half. */
  readonly thinkMs: number
  /** The API's limit per address and the endpoint's per customer. */
  readonly limiter: boolean
  readonly trouble: Trouble
  readonly seed: number
}

export interface LoadEvent {
  readonly atSeconds: number
  readonly label: string
}

export interface LoadRun {
  readonly outcomes: readonly CheckoutOutcome[]
  readonly samples: readonly Sample[]
  readonly events: readonly LoadEvent[]
  readonly captures: number
  readonly seconds: number
}

/** Returns a function that waits between half of `ms` and one and a half times `ms`. */
function pauses(random: () => number, ms: number): () => Promise<void> {
  return () =>
    new Promise((resolve) => {
      setTimeout(resolve, ms * (0.5 + random()))
    })
}

/** Runs real servers while customers check out, tokens expire or are revoked, and the backend is killed. */
export async function runLoad(plan: LoadPlan): Promise<LoadRun> {
  await using world = await startWorld(plan)
  const random = randomFrom(plan.seed)
  const sampler = startSampler(world)
  const startedAt = performance.now()
  const events: LoadEvent[] = []
  const note = (label: string): void =>
    void events.push({ atSeconds: (performance.now() - startedAt) / 1000, label })
  const ending = new AbortController()
  const troubling = plan.trouble({ world, sampler, note, ended: ending.signal })
  const until = plan.forMs === undefined ? Infinity : startedAt + plan.forMs
  const lives = world.customers.map((name, index) => live({ world, plan, random, until }, name, index))
  const outcomes = (await Promise.all(lives)).flat()
  ending.abort()
  await troubling
  await sampler.stop()
  const { captures } = await world.counts()
  const seconds = (performance.now() - startedAt) / 1000
  return { outcomes, samples: sampler.samples, events, captures, seconds }
}

interface LoadTime {
  readonly world: LoadWorld
  readonly plan: LoadPlan
  readonly random: () => number
  readonly until: number
}

async function live(
  { world, plan, random, until }: LoadTime,
  name: string,
  index: number,
): Promise<CheckoutOutcome[]> {
  const think = pauses(random, plan.thinkMs)
  const pause = pauses(random, Math.max(500, plan.thinkMs / 4))
  await think()
  const shop = await signIn(world.shopUrl, name, pause)
  const outcomes: CheckoutOutcome[] = []
  for (let count = 0; count < plan.checkoutsEach && performance.now() < until; count += 1)
    outcomes.push(await checkOut({ world, shop, think, pause, card: cardOf(index, count) }))
  return outcomes
}

/** Returns a different card for each checkout, because a test card has only a thousand dollars an hour. */
function cardOf(customer: number, checkout: number): string {
  return `9999${String(customer).padStart(6, '0')}${String(checkout).padStart(6, '0')}`
}
