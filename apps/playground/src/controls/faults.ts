import type { Tally } from '../world/history.ts'
import { repair } from '../world/network.ts'
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
  readonly follow: 'nothing' | 'read the balance' | 'send three requests' | 'open a tab'
}

const minuteMs = 60_000
const outageMs = 20_000

export const faults: readonly Fault[] = [
  {
    id: 'expire',
    label: 'Expire the token now',
    told: 'The API answered 401. The session got one new token and sent the request again: the page saw only a slower answer. If you had typed a PIN, Forage’s input asks for it again, because it keeps the token that it was created with.',
    rule: { page: 'architecture#the-life-of-one-request', words: 'The life of one request' },
    follow: 'read the balance',
    run: (world) => world.clock.between(() => void world.emulator.control.expireSessionTokens()),
  },
  {
    id: 'revoke',
    label: 'Revoke the merchant’s tokens',
    told: 'All session tokens died with the authentication token. The backend got another authentication token, and the page noticed one slower answer.',
    rule: { page: 'server/pools', words: 'Pools and tokens' },
    follow: 'read the balance',
    run: (world) => world.clock.between(() => void world.emulator.control.revokeAuthenticationTokens()),
  },
  {
    id: 'down',
    label: 'Take the backend down',
    told: 'The backend failed when the token was due for renewal. The token is still good, so the customer can pay. The session waits longer after each failure. The backend comes back after 20 seconds, and the session recovers.',
    rule: { page: 'errors#endpoint_failed', words: 'endpoint_failed' },
    follow: 'nothing',
    async run(world) {
      const { state } = world.network
      state.isBackendDown = true
      for (
        let passed = 0;
        passed < 14 * minuteMs && world.getHistory().since.failed === 0;
        passed += minuteMs / 2
      )
        await world.clock.pass(minuteMs / 2)
      world.clock.page.setTimeout(() => {
        repair(state)
        world.note({ source: 'forage', tone: 'good', words: 'The backend is back.' })
      }, outageMs)
    },
  },
  {
    id: 'slow',
    label: 'Slow backend, three requests at once',
    told: 'All three requests got a 401. They shared one token request, which took 4 seconds, and each was sent again once.',
    rule: { page: 'defaults#how-a-session-behaves', words: 'How a session behaves' },
    follow: 'send three requests',
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
    told: 'The session cannot tell a wrong clock from a sleep, so it got another token, once. The API rejected nothing, and the next requests need no further token.',
    rule: { page: 'events', words: 'Events: clock-stepped' },
    follow: 'read the balance',
    run: (world) => world.clock.between(() => world.clock.page.stepWall(120 * minuteMs)),
  },
  {
    id: 'sleep',
    label: 'Let the device sleep for 2 hours',
    told: 'The token expired during the sleep. The session noticed before the next request, so the API rejected nothing.',
    rule: { page: 'defaults#how-a-session-behaves', words: 'How a session behaves' },
    follow: 'read the balance',
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
    follow: 'open a tab',
    run: () => Promise.resolve(),
  },
  {
    id: 'wait',
    label: 'Let 15 minutes pass',
    told: 'This is how most tokens end: the session renewed it when four fifths of its life were over, and the customer noticed nothing.',
    rule: { page: 'defaults', words: 'Important defaults' },
    follow: 'nothing',
    run: (world) => world.clock.pass(15 * minuteMs),
  },
]

/** Returns what was counted since the button was pressed, each count with a separator after it. */
export function countsOf({ minted, rejected, replayed, shared, failed }: Tally): string {
  const counts: [number, string][] = [
    [rejected, 'rejected with 401'],
    [failed, failed === 1 ? 'failed token request' : 'failed token requests'],
    [minted, minted === 1 ? 'new session token' : 'new session tokens'],
    [replayed, 'sent again'],
    [shared, 'shared between tabs'],
  ]
  const told = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  return told.map((each) => `${each} · `).join('')
}
