import type { TabChannel } from '@forage-session/core'

import { roomChannelName } from './room-message.ts'

/** Undefined where a page may have none. */
export function openRoomChannel(): TabChannel | undefined {
  try {
    const channel = new BroadcastChannel(roomChannelName)
    return {
      postMessage: (message) => channel.postMessage(message),
      onMessage: (listener) => {
        channel.onmessage = ({ data }) => listener(data)
      },
      close: () => channel.close(),
    }
  } catch {
    return undefined
  }
}
