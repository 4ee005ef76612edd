import { useEffect, useSyncExternalStore, type ReactNode } from 'react'

import { Counts } from './panels/counts.tsx'
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
        <div className="room-title">
          <h1>Control room</h1>
          <p className="muted">
            Watch the tokens while a customer pays. This page shows fingerprints, never tokens.
          </p>
        </div>
        {/* On a phone, the timeline comes first. */}
        <div className="columns">
          <Timeline entries={room.entries} />
          <div className="side">
            <TryIt room={room} />
            <FaultPanel room={room} store={store} />
          </div>
        </div>
        <Counts room={room} />
        <Plots room={room} />
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
