import type { ReactNode } from 'react'

import { FaultPanel } from './panels/fault-panel.tsx'
import { Timeline } from './panels/timeline.tsx'
import { TryIt } from './panels/try-it.tsx'
import { Plots } from './plots/plots.tsx'
import type { RoomStore } from './state/room-store.ts'
import type { Room } from './state/room.ts'
import { useRoom } from './use-room.ts'

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
          What happens to the tokens while a customer pays, and buttons that make it go wrong. A token is
          shown by its fingerprint only.
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

function Connection({ isConnected }: Pick<Room, 'isConnected'>): ReactNode {
  const words = {
    true: '✓ Live',
    false: '✕ Not connected: is the shop still running?',
    undefined: '… Connecting',
  }
  return <output className="connection small">{words[String(isConnected) as keyof typeof words]}</output>
}
