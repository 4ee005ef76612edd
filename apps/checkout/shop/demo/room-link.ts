import type { TabChannel } from '@forage-session/core'

import type {
  PageEntry,
  PageEvent,
  PageFaults,
  PageMessage,
  RoomMessage,
} from '../control/state/room-channel.ts'
import type { FaultyPage } from './page-faults.ts'

export interface RoomLink {
  report(event: PageEvent): void
  /** Closes the channel. Call it also on `pagehide`, because an open channel prevents the back/forward cache. */
  close(): void
  open(): void
}

export interface RoomLinkOptions {
  /** The random name of this page. */
  page: string
  faulty: Pick<FaultyPage, 'faults' | 'cause'>
  openChannel: () => TabChannel | undefined
  now: () => number
}

/** The number of events that a page keeps for a control room that is opened later. */
const maxKept = 200

/** Reports the session's events to control rooms and causes the faults that they request. */
export function createRoomLink({ page, faulty, openChannel, now }: RoomLinkOptions): RoomLink {
  const kept: PageEntry[] = []
  let count = 0
  let channel: TabChannel | undefined
  const send = (message: PageMessage): void => channel?.postMessage(message)
  const sendHere = (): void => send({ type: 'here', page, faults: faulty.faults() })
  const report = (event: PageEvent): void => {
    count += 1
    const entry: PageEntry = { kind: 'page', id: `${page} ${count}`, at: now(), page, event }
    kept.push(entry)
    if (kept.length > maxKept) kept.shift()
    send({ type: 'entries', entries: [entry] })
  }
  const cause = (faults: PageFaults): void => {
    faulty.cause(faults)
    report({ type: 'faults-caused', at: now(), faults })
    sendHere()
  }
  const onMessage = (message: RoomMessage | PageMessage): void => {
    if (message.type === 'ping') sendHere()
    if (message.type === 'send-entries') send({ type: 'entries', entries: kept })
    if (message.type === 'faults') cause(message.faults)
  }
  return {
    report,
    close() {
      send({ type: 'gone', page })
      channel?.close()
      channel = undefined
    },
    open() {
      if (channel) return
      channel = openChannel()
      channel?.onMessage((message) => onMessage(message as RoomMessage | PageMessage))
      sendHere()
    },
  }
}
