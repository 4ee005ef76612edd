import type { TabChannel } from '@forage-session/core'

import type { DemoUpdate } from '../../../src/merchant/api/demo-api.ts'
import type { PageFaults, PageMessage, RoomMessage } from './room-message.ts'
import { advance, emptyRoom, type Room, type RoomChange } from './room.ts'

export interface RoomStore {
  readonly getSnapshot: () => Room
  readonly subscribe: (listener: () => void) => () => void
  readonly causeInPages: (faults: PageFaults) => void
  /** Opens its connections. Returns the function that closes them; what is known stays. */
  readonly start: () => () => void
}

/** The backend's stream of updates, as an EventSource tells it. */
export type OpenStream = (on: { update: (update: DemoUpdate) => void; lost: () => void }) => () => void

export interface RoomStoreOptions {
  openStream: OpenStream
  openChannel: () => TabChannel | undefined
  setInterval: (run: () => void, ms: number) => () => void
}

const askEveryMs = 3000

export function createRoomStore({ openStream, openChannel, setInterval }: RoomStoreOptions): RoomStore {
  const listeners = new Set<() => void>()
  let room = emptyRoom
  let channel: TabChannel | undefined
  const change = (next: RoomChange): void => {
    room = advance(room, next)
    for (const listener of listeners) listener()
  }
  const say = (message: RoomMessage): void => channel?.postMessage(message)
  const listenToPages = (): (() => void) => {
    channel = openChannel()
    channel?.onMessage((message) => change({ type: 'heard', message: message as PageMessage | RoomMessage }))
    say({ type: 'recall' })
    say({ type: 'hello' })
    const stopAsking = setInterval(() => {
      change({ type: 'asked' })
      say({ type: 'hello' })
    }, askEveryMs)
    return () => {
      stopAsking()
      channel?.close()
      channel = undefined
    }
  }
  return {
    getSnapshot: () => room,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    causeInPages: (faults) => say({ type: 'faults', faults }),
    start: () => {
      const stopListening = listenToPages()
      const closeStream = openStream({
        update: (update) => change({ type: 'updated', update }),
        lost: () => change({ type: 'disconnected' }),
      })
      return () => {
        stopListening()
        closeStream()
      }
    },
  }
}
