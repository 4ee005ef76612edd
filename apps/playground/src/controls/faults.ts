import { repair } from '../world/network.ts'
import type { Tally } from '../world/history.ts'
import type { World } from '../world/world.ts'

/** Something that goes wrong at the press of a button. */
export interface Fault {
  readonly id: string
  readonly label: string
  /** What the session does about it. */
  readonly told: string
  /** The page of the documentation that has the rule, and the words of its link. */
  readonly rule: { readonly page: string; readonly words: string }
  /** Causes the fault in the world. */
  run(world: World): Promise<void>
  /** What the page then does, so that the effect can be seen. */
  readonly then: 'nothing' | 'read the balance' | 'send three requests' | 'renew the token' | 'open a tab'
}

const minuteMs = 60_000

export const faults: readonly Fault[] = [
  {
    id: 'expire',
    label: 'Expire the token now',
    told: 'The API answered 401. The session got one new token and sent the request again: the page saw only a slower answer. If you had typed a PIN, Forage’s input asks for it again, because it keeps the token that it was created with.',
    rule: { page: 'architecture#the-life-of-one-request', words: 'The life of one request' },
    then: 'read the balance',
    run: (world) => world.clock.between(() => void world.emulator.control.expireSessionTokens()),
  },
  {
    id: 'revoke',
    label: 'Revoke the merchant’s tokens',
    told: 'All session tokens died with the authentication token. The backend got another authentication token, and the page noticed one slower answer.',
    rule: { page: 'server/pools', words: 'Pools and tokens' },
    then: 'read the balance',
    run: (world) => world.clock.between(() => void world.emulator.control.revokeAuthenticationTokens()),
  },
  {
    id: 'down',
    label: 'Take the backend down for a minute',
    told: 'The renewal failed, but the current token is still good, so the customer can pay. The session waits longer after each failure, and recovers when the backend answers again.',
    rule: { page: 'errors#endpoint_failed', words: 'endpoint_failed' },
    then: 'renew the token',
    run: (world) =>
      world.clock.between(() => {
        world.network.state.isBackendDown = true
        world.clock.page.setTimeout(() => {
          repair(world.network.state)
          world.note({ source: 'forage', tone: 'good', words: 'The backend is back.' })
        }, minuteMs)
      }),
  },
  {
    id: 'slow',
    label: 'Slow backend, three requests at once',
    told: 'All three requests got a 401. They shared one token request, which took 4 seconds, and each was sent again once.',
    rule: { page: 'defaults#how-a-session-behaves', words: 'How a session behaves' },
    then: 'send three requests',
    run: (world) =>
      world.clock.between(() => {
        world.network.state.backendMs = 4000
        world.emulator.control.expireSessionTokens()
        world.clock.page.setTimeout(() => repair(world.network.state), 6000)
      }),
  },
  {
    id: 'clock',
    label: 'Set the clock 2 hours ahead',
    told: 'A wrong clock expires no good token: the session measures lifetimes with a second clock as well. Because the device may have slept, it renewed the token once.',
    rule: { page: 'events', words: 'Events: clock-stepped' },
    then: 'read the balance',
    run: (world) => world.clock.between(() => world.clock.page.stepWall(120 * minuteMs)),
  },
  {
    id: 'sleep',
    label: 'Let the device sleep for 2 hours',
    told: 'The token expired during the sleep. The session noticed before the next request, so the API rejected nothing.',
    rule: { page: 'defaults#how-a-session-behaves', words: 'How a session behaves' },
    then: 'read the balance',
    run: (world) =>
      world.clock.between(() => {
        world.clock.page.sleep(120 * minuteMs)
        world.tabs[0].wake()
        world.tabs[1].wake()
      }),
  },
  {
    id: 'tab',
    label: 'Open a second tab',
    told: 'The second tab asked the first one, and took its token: the backend was not asked.',
    rule: { page: 'defaults#how-a-session-behaves', words: 'How a session behaves' },
    then: 'open a tab',
    run: () => Promise.resolve(),
  },
  {
    id: 'wait',
    label: 'Let 15 minutes pass',
    told: 'This is how most tokens end: the session renewed it when four fifths of its life were over, and the customer noticed nothing.',
    rule: { page: 'defaults', words: 'Important defaults' },
    then: 'nothing',
    run: (world) => world.clock.pass(15 * minuteMs),
  },
]

/** Returns what was counted since the button was pressed, each count with a separator after it. */
export function countsOf({ minted, rejected, replayed, shared }: Tally): string {
  const counts: [number, string][] = [
    [rejected, 'rejected with 401'],
    [minted, minted === 1 ? 'new session token' : 'new session tokens'],
    [replayed, 'sent again'],
    [shared, 'shared between tabs'],
  ]
  const told = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  return told.map((each) => `${each} · `).join('')
}
