import type { TabChannel } from '@forage-session/core'

import type { DemoUpdate } from '../../../src/merchant/api/demo-api.ts'
import type { PageFaults, PageMessage, RoomMessage } from './room-channel.ts'
import { advance, emptyRoom, type Room, type RoomChange } from './room.ts'

export interface RoomStore {
  readonly getSnapshot: () => Room
  readonly subscribe: (listener: () => void) => () => void
  readonly causeInPages: (faults: PageFaults) => void
  /** Opens the connections. Returns the function that closes them and keeps the received data. */
  readonly start: () => () => void
}

/** Opens the backend's stream of updates. Returns the function that closes it. */
export type OpenStream = (on: { update: (update: DemoUpdate) => void; lost: () => void }) => () => void

export interface RoomStoreOptions {
  openStream: OpenStream
  openChannel: () => TabChannel | undefined
  setInterval: (run: () => void, ms: number) => () => void
}

const pingIntervalMs = 3000

/** Creates the store of a control room, which follows the backend's stream and the messages of the shop's pages. */
export function createRoomStore({ openStream, openChannel, setInterval }: RoomStoreOptions): RoomStore {
  const listeners = new Set<() => void>()
  let room = emptyRoom
  let channel: TabChannel | undefined
  const change = (next: RoomChange): void => {
    room = advance(room, next)
    for (const listener of listeners) listener()
  }
  const send = (message: RoomMessage): void => channel?.postMessage(message)
  const listenToPages = (): (() => void) => {
    channel = openChannel()
    channel?.onMessage((message) =>
      change({ type: 'message', message: message as PageMessage | RoomMessage }),
    )
    send({ type: 'send-entries' })
    send({ type: 'ping' })
    const stopPings = setInterval(() => {
      change({ type: 'ping-sent' })
      send({ type: 'ping' })
    }, pingIntervalMs)
    return () => {
      stopPings()
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
    causeInPages: (faults) => send({ type: 'faults', faults }),
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
