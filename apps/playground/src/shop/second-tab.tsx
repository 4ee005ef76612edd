import { ForageSessionProvider, useForageSession, useSessionStatus } from '@forage-session/react'
import { QueryClientProvider } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'

import { environment, merchantAccount } from '../world/addresses.ts'
import type { World } from '../world/world.ts'
import { createQueryClient } from './query-client.ts'
import { useCard } from './use-card.ts'

interface SecondTabProps {
  readonly world: World
  readonly orderId: string
}

/** A second tab of the same checkout, with its own session and queries. */
export function SecondTab({ world, orderId }: SecondTabProps): ReactNode {
  const [queries] = useState(createQueryClient)
  return (
    <QueryClientProvider client={queries}>
      <ForageSessionProvider
        tokenSource={world.tokenSource}
        environment={environment}
        checkoutId={orderId}
        merchantAccount={merchantAccount}
        fetch={world.fetch}
        platform={world.tabs[1].platform}
      >
        <Tab world={world} />
      </ForageSessionProvider>
    </QueryClientProvider>
  )
}

function Tab({ world }: Pick<SecondTabProps, 'world'>): ReactNode {
  const session = useForageSession()
  const status = useSessionStatus()
  const [isShared, setShared] = useState(false)
  useEffect(() => world.follow(session, 'second-tab'), [world, session])
  useEffect(
    () => session.on((event) => event.type === 'token-received' && setShared(event.via === 'tab')),
    [session],
  )
  const card = useCard()
  return (
    <section className="pg-second" aria-label="Second tab">
      <strong>Second tab:</strong> its session is {status}
      {isShared && ', with the token of the first tab'}. {card.data?.balance && 'It has read the balance.'}
    </section>
  )
}
