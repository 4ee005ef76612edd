import type { Random } from '../random.ts'
import type { CheckoutLife } from './checkout-life.ts'
import { ModelledSession, type SessionRules, type SessionWorld } from './modeled-session.ts'

/** A customer gives up on a step that does not go on for so long. */
const patienceMs = 20 * 60_000

type SessionOf = (tab: number) => ModelledSession

interface Happening {
  readonly at: number
  /** No timer fired in the time before it. */
  readonly afterSleep?: boolean
  /** When it was over. */
  readonly act: (sessionOf: SessionOf, at: number) => number
}

/** One checkout, from its first request to its last. Its tabs share a token, or each has its own. */
export function liveThrough(
  life: CheckoutLife,
  rules: SessionRules,
  world: SessionWorld,
  random: Random,
): void {
  const tabs = (rules.coalescing ? [0] : [0, 1]).map(() => new ModelledSession(rules, world, random))
  const sessionOf: SessionOf = (tab) => tabs[tab] ?? tabs[0]!
  let now = 0
  for (const { at: planned, afterSleep, act } of happeningsOf(life, tabs)) {
    // One step of a checkout after the other: what waits for a token holds up the rest.
    const at = Math.max(planned, now)
    if (!afterSleep) for (const tab of tabs) tab.advance(at)
    now = act(sessionOf, at)
  }
}

function happeningsOf({ bursts, sleep, step }: CheckoutLife, tabs: readonly ModelledSession[]): Happening[] {
  const happenings: Happening[] = bursts.map(({ at: planned, requests, tab }) => ({
    at: planned,
    act: (sessionOf, at) => insist(sessionOf(tab), at, requests),
  }))
  const all =
    (act: (session: ModelledSession, at: number) => void): Happening['act'] =>
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

/** The page tries again when the session says so. */
function insist(session: ModelledSession, from: number, requests: number): number {
  let at = from
  while (at - from <= patienceMs) {
    const again = session.use(at, requests)
    if (again === undefined) return at
    at = again
  }
  return at
}
