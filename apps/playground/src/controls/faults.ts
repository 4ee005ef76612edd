import type { Outcome, World } from '../world/world.ts'

/** Something that goes wrong at the press of a button. */
export interface Fault {
  readonly id: string
  readonly label: string
  /** The page of the documentation that has the rule, with the anchor of its heading, and the words of its link. */
  readonly rule: { readonly page: string; readonly words: string }
  /** Causes the fault in the world. May return the function that ends it. */
  run(world: World): Promise<void | (() => void)>
  /** What the page then does, so that the effect can be seen. */
  readonly follow: 'nothing' | 'read the balance' | 'send three requests' | 'open a tab'
  /** Returns what the session did, or undefined if something else happened than this button alone causes. */
  told(outcome: Outcome): string | undefined
}

const minuteMs = 60_000
const outageMs = 20_000

const typedPin =
  'A PIN that was typed before must be typed again: Forage’s input keeps the token that it was created with.'

export const faults: readonly Fault[] = [
  {
    id: 'expire',
    label: 'Expire the token now',
    rule: { page: 'architecture#the-life-of-one-request', words: 'The life of one request' },
    follow: 'read the balance',
    run: (world) => world.clock.between(() => void world.emulator.control.expireSessionTokens()),
    told: (outcome) =>
      wasReplaced(outcome)
        ? `The API answered 401. The session got one new token and sent the request again: the page saw only a slower answer. ${typedPin}`
        : undefined,
  },
  {
    id: 'revoke',
    label: 'Revoke the merchant’s tokens',
    rule: { page: 'server/pools#after-a-401-from-forage', words: 'After a 401 from Forage' },
    follow: 'read the balance',
    run: (world) => world.clock.between(() => void world.emulator.control.revokeAuthenticationTokens()),
    told(outcome) {
      if (wasReplaced(outcome))
        return `All session tokens died with the authentication token. The backend got another authentication token, and the page saw only a slower answer. ${typedPin}`
      return outcome.failed > 0 && outcome.received === 0
        ? 'The backend does not replace a very young authentication token, nor one after the other, because a rejection can have another cause. It answered with an error for now, and the session tries again.'
        : undefined
    },
  },
  {
    id: 'down',
    label: 'Take the token endpoint down',
    rule: { page: 'errors#endpoint_failed', words: 'endpoint_failed' },
    follow: 'read the balance',
    async run(world) {
      world.network.breakTokenEndpoint()
      await passUntilRenewalFails(world)
      world.network.repairTokenEndpoint(outageMs, () =>
        world.note({ source: 'backend', tone: 'good', words: 'The token endpoint works again.' }),
      )
    },
    told({ failed, rejected, received, holdsToken }) {
      if (failed === 0 || rejected > 0 || received > 0) return undefined
      return holdsToken
        ? 'The token endpoint answered 502 when the token was due for renewal. The token is still good, so the customer can read the balance, and pay. The session waits longer after each failure. The endpoint works again 20 seconds later.'
        : 'The session has no token, and the token endpoint answers 502. The page waits. The session tries again, and waits longer after each failure. The endpoint works again 20 seconds later.'
    },
  },
  {
    id: 'slow',
    label: 'Slow backend, three requests at once',
    rule: { page: 'defaults#how-a-session-behaves', words: 'How a session behaves' },
    follow: 'send three requests',
    run: (world) =>
      world.clock.between(() => {
        world.emulator.control.expireSessionTokens()
        return world.network.slowBackend(4000)
      }),
    told: (outcome) =>
      outcome.rejected === 3 && wasReplaced(outcome)
        ? `All three requests got a 401. They shared one token request, which took 4 seconds, and each was sent again once. ${typedPin}`
        : undefined,
  },
  {
    id: 'clock',
    label: 'Set the clock 2 hours ahead',
    rule: { page: 'events#on-the-page', words: 'Events: clock-stepped' },
    follow: 'read the balance',
    run: (world) => world.clock.between(() => world.clock.page.stepWall(120 * minuteMs)),
    told: (outcome) =>
      wasFetchedEarly(outcome)
        ? 'The session cannot tell a wrong clock from a sleep, so it requested a token, once. The API rejected nothing, and the next requests need no further token.'
        : undefined,
  },
  {
    id: 'sleep',
    label: 'Let the device sleep for 2 hours',
    rule: { page: 'defaults#how-a-session-behaves', words: 'How a session behaves' },
    follow: 'read the balance',
    run: (world) =>
      world.clock.between(() => {
        world.clock.page.sleep(120 * minuteMs)
        for (const tab of world.tabs) tab.wake()
      }),
    told: (outcome) =>
      wasFetchedEarly(outcome)
        ? `The token expired during the sleep. The session noticed before the next request, so the API rejected nothing. ${typedPin}`
        : undefined,
  },
  {
    id: 'tab',
    label: 'Open a second tab',
    rule: { page: 'defaults#how-a-session-behaves', words: 'How a session behaves' },
    follow: 'open a tab',
    run: () => Promise.resolve(),
    told: ({ shared, received, failed, rejected }) =>
      shared === 1 && received + failed + rejected === 0
        ? 'The second tab asked the first one, and took its token. It sent no request to the backend.'
        : undefined,
  },
  {
    id: 'wait',
    label: 'Let 15 minutes pass',
    rule: { page: 'defaults#how-a-session-behaves', words: 'How a session behaves' },
    follow: 'nothing',
    run: (world) => world.clock.pass(15 * minuteMs),
    told(outcome) {
      if (wasFetchedEarly(outcome))
        return `A tab renewed the token in the background, before it expired. The API rejected nothing: most tokens end like this. ${typedPin}`
      const { received, failed, rejected } = outcome
      return received + failed + rejected === 0
        ? 'The page did not use the session for a while, so the session renewed nothing. The next request gets a new token.'
        : undefined
    },
  },
]

/** Lets time pass until a renewal has failed. A page that does not use its session renews nothing. */
async function passUntilRenewalFails(world: World): Promise<void> {
  const stepMs = minuteMs / 2
  for (let passed = 0; passed < 14 * minuteMs; passed += stepMs) {
    if (world.getHistory().tally.failed > 0) return
    await world.clock.pass(stepMs)
  }
}

/** Requests were rejected, and all were sent again with one new token. */
function wasReplaced({ rejected, replayed, received, failed }: Outcome): boolean {
  return rejected > 0 && replayed === rejected && received === 1 && failed === 0
}

/** The sessions got tokens, and the API rejected nothing. */
function wasFetchedEarly({ rejected, received, failed }: Outcome): boolean {
  return rejected === 0 && received > 0 && failed === 0
}
