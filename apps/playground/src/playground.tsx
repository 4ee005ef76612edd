import { ForageSessionProvider, useForageSession, useSessionStatus } from '@forage-session/react'
import { ForageSessionDevtoolsPanel } from '@forage-session/react/devtools/production'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'

import { FaultButtons } from './controls/fault-buttons.tsx'
import type { Fault } from './controls/faults.ts'
import { Checkout } from './shop/checkout.tsx'
import { SecondTab } from './shop/second-tab.tsx'
import { Plot } from './timeline/plot.tsx'
import { Timeline } from './timeline/timeline.tsx'
import { useElapsed, useHistory, useWorld } from './use-world.ts'
import { cardUrl, environment, merchantAccount } from './world/addresses.ts'
import type { World } from './world/world.ts'

export interface PlaygroundProps {
  /** Returns the address of a page of the documentation. */
  readonly linkTo: (page: string) => string
}

/** The whole playground, with its own world. */
export function Playground({ linkTo }: PlaygroundProps): ReactNode {
  const world = useWorld()
  const [order, setOrder] = useState(1)
  const [queries] = useState(() => new QueryClient())
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
        />
      </ForageSessionProvider>
    </QueryClientProvider>
  )
}

interface DeskProps extends PlaygroundProps {
  readonly world: World
  readonly orderId: string
  readonly onNewOrder: () => void
}

function Desk({ world, orderId, onNewOrder, linkTo }: DeskProps): ReactNode {
  const session = useForageSession()
  const status = useSessionStatus()
  const history = useHistory(world)
  const elapsed = useElapsed(world)
  const [paid, setPaid] = useState<{ orderId: string; balance: string }>()
  const [last, setLast] = useState<Fault>()
  const [isBusy, setBusy] = useState(false)
  const [reads, setReads] = useState(0)
  const [hasSecondTab, setSecondTab] = useState(false)
  useEffect(() => world.follow(session, 'page'), [world, session])

  const effects: Readonly<Record<Fault['follow'], () => void>> = {
    nothing: () => {},
    'read the balance': () => setReads((count) => count + 1),
    'open a tab': () => setSecondTab(true),
    'send three requests'() {
      for (let each = 0; each < 3; each += 1) session.fetch(cardUrl).catch(() => {})
    },
  }

  async function press(fault: Fault): Promise<void> {
    setBusy(true)
    setLast(fault)
    world.press(fault.label)
    await fault.run(world)
    effects[fault.follow]()
    setBusy(false)
  }

  return (
    <div className="pg">
      <div className="pg-columns">
        <div>
          <Checkout
            world={world}
            orderId={orderId}
            balance={paid?.orderId === orderId ? paid.balance : undefined}
            reads={reads}
            onPaid={(balance) => setPaid({ orderId, balance })}
            onNewOrder={onNewOrder}
          />
          {hasSecondTab && <SecondTab world={world} orderId={orderId} />}
        </div>
        <FaultButtons
          last={last}
          isBusy={isBusy}
          since={history.since}
          onPress={(fault) => void press(fault)}
          linkTo={linkTo}
        />
      </div>
      <section className="pg-time" aria-labelledby="pg-time-title">
        <h2 id="pg-time-title">
          Timeline <span className="pg-status">session: {status}</span>
        </h2>
        <Plot history={history} now={elapsed} />
        <Timeline entries={history.entries} />
      </section>
      <details className="pg-devtools">
        <summary>Devtools</summary>
        <ForageSessionDevtoolsPanel session={session} faults={world.faults} />
      </details>
    </div>
  )
}
