import { ForageSessionProvider, useForageSession, useSessionStatus } from '@forage-session/react'
import { ForageSessionDevtoolsPanel } from '@forage-session/react/devtools/production'
import { QueryClientProvider, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'

import { FaultButtons } from './controls/fault-buttons.tsx'
import type { FollowUps } from './controls/press.ts'
import { usePress } from './controls/use-press.ts'
import { Checkout } from './shop/checkout.tsx'
import { createQueryClient } from './shop/query-client.ts'
import { SecondTab } from './shop/second-tab.tsx'
import { Plot } from './timeline/plot.tsx'
import { Timeline } from './timeline/timeline.tsx'
import { useHistory, useWorld } from './use-world.ts'
import { cardUrl, environment, merchantAccount } from './world/addresses.ts'
import type { World } from './world/world.ts'

export interface PlaygroundProps {
  /** Returns the address of a page of the documentation. */
  readonly linkTo: (page: string) => string
  /** The color scheme of the page around it, for the devtools. */
  readonly theme: 'light' | 'dark' | 'system'
}

/** The whole playground, with its own world. */
export function Playground({ linkTo, theme }: PlaygroundProps): ReactNode {
  const world = useWorld()
  const [order, setOrder] = useState(1)
  const [queries] = useState(createQueryClient)
  if (world === 'failed') return <NotStarted />
  if (!world) return <p>Starting…</p>
  return (
    <QueryClientProvider client={queries}>
      <ForageSessionProvider
        tokenSource={world.tokenSource}
        environment={environment}
        checkoutId={`order-${order}`}
        merchantAccount={merchantAccount}
        fetch={world.fetch}
        platform={world.tabs[0].platform}
      >
        <Desk
          world={world}
          orderId={`order-${order}`}
          onNewOrder={() => setOrder(order + 1)}
          linkTo={linkTo}
          theme={theme}
        />
      </ForageSessionProvider>
    </QueryClientProvider>
  )
}

/** The backend and the API need Web Crypto, which browsers offer only in secure contexts. */
function NotStarted(): ReactNode {
  return (
    <p role="alert">
      The playground did not start.{' '}
      {isSecureContext ? 'Reload the page to try again.' : 'Open this page over https, or on localhost.'}
    </p>
  )
}

interface DeskProps extends PlaygroundProps {
  readonly world: World
  readonly orderId: string
  readonly onNewOrder: () => void
}

function Desk({ world, orderId, onNewOrder, linkTo, theme }: DeskProps): ReactNode {
  const session = useForageSession()
  const status = useSessionStatus()
  const queries = useQueryClient()
  const history = useHistory(world)
  const [secondTab, setSecondTab] = useState(0)
  useEffect(() => world.follow(session, 'page'), [world, session])

  const followUps: FollowUps = {
    nothing: () => Promise.resolve(),
    'read the balance': () => queries.refetchQueries({ type: 'active' }),
    'send three requests': () => Promise.allSettled([1, 2, 3].map(() => session.fetch(cardUrl))),
    'open a tab'() {
      setSecondTab((count) => count + 1)
      return world.clock.after(1500)
    },
  }
  const [last, press] = usePress(world, followUps)

  return (
    <div className="pg">
      <div className="pg-columns">
        <div>
          <Checkout world={world} orderId={orderId} onNewOrder={onNewOrder} />
          {secondTab > 0 && <SecondTab key={secondTab} world={world} orderId={orderId} />}
        </div>
        <FaultButtons last={last} onPress={(fault) => void press(fault)} linkTo={linkTo} />
      </div>
      <section className="pg-time" aria-labelledby="pg-time-title">
        <h2 id="pg-time-title">Timeline</h2>
        <p className="pg-muted">
          The session is <strong>{status}</strong>. Time passes at its usual speed, and stops while this page
          is hidden. “Let 15 minutes pass” takes a second.
        </p>
        <Plot history={history} world={world} />
        <Timeline entries={history.entries} />
      </section>
      <details className="pg-devtools">
        <summary>Devtools of the session, with more faults</summary>
        <ForageSessionDevtoolsPanel session={session} faults={world.faults} theme={theme} />
      </details>
    </div>
  )
}
