import type { TabChannel } from '@forage-session/core'

import type {
  PageEntry,
  PageEvent,
  PageFaults,
  PageMessage,
  RoomMessage,
} from '../control/state/room-message.ts'
import type { FaultyPage } from './page-faults.ts'

export interface RoomLink {
  tell(event: PageEvent): void
  /** Also as the page is put away: with a channel it could not come back as it was. */
  close(): void
  open(): void
}

export interface RoomLinkOptions {
  /** The name of this page. */
  page: string
  faulty: Pick<FaultyPage, 'faults' | 'cause'>
  openChannel: () => TabChannel | undefined
  now: () => number
}

/** So much is told to a control room that is opened later. */
const maxKept = 200

/** Tells the control room, if there is one, what the session tells, and obeys it. */
export function createRoomLink({ page, faulty, openChannel, now }: RoomLinkOptions): RoomLink {
  const kept: PageEntry[] = []
  let count = 0
  let channel: TabChannel | undefined
  const say = (message: PageMessage): void => channel?.postMessage(message)
  const sayHere = (): void => say({ type: 'here', page, faults: faulty.faults() })
  const tell = (event: PageEvent): void => {
    count += 1
    const entry: PageEntry = { kind: 'page', id: `${page} ${count}`, at: now(), page, event }
    kept.push(entry)
    if (kept.length > maxKept) kept.shift()
    say({ type: 'told', entries: [entry] })
  }
  const obey = (faults: PageFaults): void => {
    faulty.cause(faults)
    tell({ type: 'faults-caused', at: now(), faults })
    sayHere()
  }
  const onMessage = (message: RoomMessage | PageMessage): void => {
    if (message.type === 'hello') sayHere()
    if (message.type === 'recall') say({ type: 'told', entries: kept })
    if (message.type === 'faults') obey(message.faults)
  }
  return {
    tell,
    close() {
      say({ type: 'gone', page })
      channel?.close()
      channel = undefined
    },
    open() {
      if (channel) return
      channel = openChannel()
      channel?.onMessage((message) => onMessage(message as RoomMessage | PageMessage))
      sayHere()
    },
  }
}
