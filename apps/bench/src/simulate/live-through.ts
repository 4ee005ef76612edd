import type { Random } from '../random.ts'
import type { CheckoutLife } from './checkout-life.ts'
import { ModeledSession, type SessionRules, type SessionWorld } from './modeled-session.ts'

/** A customer gives up on a step after this time. */
const patienceMs = 20 * 60_000

type SessionOf = (tab: number) => ModeledSession

interface Happening {
  readonly at: number
  /** Whether the page slept before this event, so that no timer fired. */
  readonly afterSleep?: boolean
  /** Acts, and returns the time at which the event was over. */
  readonly act: (sessionOf: SessionOf, at: number) => number
}

/** Runs one checkout from its first request to its last. Its tabs share a token, or each has its own. */
export function liveThrough(
  life: CheckoutLife,
  rules: SessionRules,
  world: SessionWorld,
  random: Random,
): void {
  const tabs = (rules.coalescing ? [0] : [0, 1]).map(() => new ModeledSession(rules, world, random))
  const sessionOf: SessionOf = (tab) => tabs[tab] ?? tabs[0]!
  let now = 0
  for (const { at: planned, afterSleep, act } of happeningsOf(life, tabs)) {
    // The steps of a checkout run one after another, so a step that waits for a token delays the rest.
    const at = Math.max(planned, now)
    if (!afterSleep) for (const tab of tabs) tab.advance(at)
    now = act(sessionOf, at)
  }
}

function happeningsOf({ bursts, sleep, step }: CheckoutLife, tabs: readonly ModeledSession[]): Happening[] {
  const happenings: Happening[] = bursts.map(({ at: planned, requests, tab }) => ({
    at: planned,
    act: (sessionOf, at) => retried(sessionOf(tab), at, requests),
  }))
  const all =
    (act: (session: ModeledSession, at: number) => void): Happening['act'] =>
    (_, at) => {
      for (const tab of tabs) act(tab, at)
      return at
    }
  if (step) happenings.push({ at: step.at, act: all((session) => session.step(step.byMs)) })
  if (sleep) {
    happenings.push({ at: sleep.from, act: all(() => {}) })
    happenings.push({ at: sleep.until, afterSleep: true, act: all((session, at) => session.wake(at)) })
  }
  return happenings.toSorted((a, b) => a.at - b.at)
}

/** Repeats the requests at the times that the session names. Returns the time of the last attempt. */
function retried(session: ModeledSession, from: number, requests: number): number {
  let at = from
  while (at - from <= patienceMs) {
    const again = session.use(at, requests)
    if (again === undefined) return at
    at = again
  }
  return at
}
