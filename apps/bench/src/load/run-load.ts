import { randomFrom } from '../fleet/random.ts'
import { checkOut, type CheckoutOutcome } from './checkout-customer.ts'
import { startWorld, type LoadWorld } from './load-world.ts'
import { startSampler, type Sample, type Sampler } from './sampler.ts'
import { signIn } from './shop-client.ts'

export interface LoadPlan {
  /** How many customers are in a checkout at once. */
  readonly customers: number
  /** How many checkouts each goes through, one after the other. */
  readonly checkoutsEach: number
  /** A customer thinks between half of it and one and a half, four times a checkout. */
  readonly thinkMs: number
  /** The API's limit per address and the endpoint's per customer. */
  readonly limiter: boolean
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

/** Between half of the time and one and a half. */
function pauses(random: () => number, ms: number): () => Promise<void> {
  return () =>
    new Promise((resolve) => {
      setTimeout(resolve, ms * (0.5 + random()))
    })
}

/** Real servers under customers who check out, while tokens expire, are revoked, and the backend is killed. */
export async function runLoad(plan: LoadPlan): Promise<LoadRun> {
  await using world = await startWorld(plan)
  const random = randomFrom(plan.seed)
  const sampler = startSampler(world)
  const startedAt = performance.now()
  const events: LoadEvent[] = []
  const note = (label: string): void =>
    void events.push({ atSeconds: (performance.now() - startedAt) / 1000, label })
  const ending = new AbortController()
  const trouble = makeTrouble(world, sampler, { plan, note, ended: ending.signal })
  const lives = world.customers.map((name, index) => live(world, plan, name, index, random))
  const outcomes = (await Promise.all(lives)).flat()
  ending.abort()
  await trouble
  await sampler.stop()
  const { captures } = await world.counts()
  const seconds = (performance.now() - startedAt) / 1000
  return { outcomes, samples: sampler.samples, events, captures, seconds }
}

async function live(
  world: LoadWorld,
  plan: LoadPlan,
  name: string,
  index: number,
  random: () => number,
): Promise<CheckoutOutcome[]> {
  const think = pauses(random, plan.thinkMs)
  const pause = pauses(random, Math.max(500, plan.thinkMs / 4))
  await think()
  const shop = await signIn(world.shopUrl, name, pause)
  const card = `9999${String(index).padStart(12, '0')}`
  const outcomes: CheckoutOutcome[] = []
  for (let count = 0; count < plan.checkoutsEach; count += 1)
    outcomes.push(await checkOut({ world, shop, think, pause, card }))
  return outcomes
}

interface TroubleContext {
  readonly plan: LoadPlan
  readonly note: (label: string) => void
  readonly ended: AbortSignal
}

/** One call in fifty finds its token refused; thrice something happens to everybody. */
async function makeTrouble(
  world: LoadWorld,
  sampler: Sampler,
  { plan, note, ended }: TroubleContext,
): Promise<void> {
  const often = { count: 1_000_000, probability: 0.02 }
  await world.fault({ kind: 'reject', ...often, code: 'expired_session_token' })
  await world.fault({ kind: 'expire-mid-capture', ...often })
  await world.fault({ kind: 'drop', path: '/proxy/api/payments/*/capture/', when: 'after', ...often })
  const steps: (() => Promise<void>)[] = [
    async () => {
      note('backend killed')
      await world.restartBackend()
    },
    async () => {
      note('all revoked')
      sampler.noteRevocation(await world.counts())
      await world.revoke()
    },
    async () => {
      note('backend killed')
      await world.restartBackend()
    },
  ]
  const stepMs = plan.thinkMs * plan.checkoutsEach * 1.2
  for (const step of steps) {
    await waited(stepMs, ended)
    if (ended.aborted) return
    await step()
  }
}

function waited(ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    ended.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
