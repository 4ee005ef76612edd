import { useEffect, useSyncExternalStore } from 'react'

import type { RoomStore } from './state/room-store.ts'
import type { Room } from './state/room.ts'

export function useRoom({ start, subscribe, getSnapshot }: RoomStore): Room {
  useEffect(start, [start])
  return useSyncExternalStore(subscribe, getSnapshot)
}
