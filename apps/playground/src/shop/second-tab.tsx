import { createForageSession } from '@forage-session/core'
import { useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react'

import { cardUrl, environment, merchantAccount } from '../world/addresses.ts'
import type { World } from '../world/world.ts'

interface SecondTabProps {
  readonly world: World
  readonly orderId: string
}

/** A second tab of the same checkout. Its session asks the first tab before it asks the backend. */
export function SecondTab({ world, orderId }: SecondTabProps): ReactNode {
  const session = useMemo(
    () =>
      createForageSession({
        tokenSource: world.tokenSource,
        environment,
        checkoutId: orderId,
        merchantAccount,
        fetch: world.fetch,
        platform: world.tabs[1].platform,
      }),
    [world, orderId],
  )
  const [isShared, setShared] = useState(false)
  useEffect(() => {
    const end = world.follow(session, 'second-tab')
    session.on(({ type }) => type === 'tab-shared' && setShared(true))
    session.fetch(cardUrl).catch(() => {})
    return () => {
      end()
      session.close()
    }
  }, [world, session])
  const { status } = useSyncExternalStore(session.subscribe, session.getSnapshot)
  return (
    <output className="pg-second">
      <strong>Second tab:</strong> its session is {status}
      {isShared && ', with the token of the first tab'}.
    </output>
  )
}
