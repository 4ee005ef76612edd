import { useEffect, useSyncExternalStore, type ReactNode } from 'react'

import { FaultPanel } from './panels/fault-panel.tsx'
import { Timeline } from './panels/timeline.tsx'
import { TryIt } from './panels/try-it.tsx'
import { Plots } from './plots/plots.tsx'
import type { RoomStore } from './state/room-store.ts'
import type { Room } from './state/room.ts'

/** The page at `/control`. */
export function ControlRoom({ store }: { store: RoomStore }): ReactNode {
  const room = useRoom(store)
  return (
    <div className="page room">
      <header className="header">
        <p className="brand">Harvest Lane Market</p>
        <Connection isConnected={room.isConnected} />
      </header>
      <main>
        <h1>Control room</h1>
        <p className="lead muted">
          Watch the tokens while a customer pays, and press a button to cause a fault. This page shows
          fingerprints, never tokens.
        </p>
        <TryIt room={room} />
        <FaultPanel room={room} store={store} />
        <div className="columns">
          <Timeline entries={room.entries} />
          <Plots room={room} />
        </div>
      </main>
    </div>
  )
}

function useRoom({ start, subscribe, getSnapshot }: RoomStore): Room {
  useEffect(start, [start])
  return useSyncExternalStore(subscribe, getSnapshot)
}

function Connection({ isConnected }: Pick<Room, 'isConnected'>): ReactNode {
  const texts = {
    true: '✓ Live',
    false: '✕ Not connected. Check that the shop is still running.',
    undefined: '… Connecting',
  }
  return <output className="connection small">{texts[String(isConnected) as keyof typeof texts]}</output>
}
