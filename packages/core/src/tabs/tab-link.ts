import type { TabChannel } from './tab-channel.ts'
import { readTabMessage, type TabMessage, type TabStatement } from './tab-message.ts'

/** A channel between the sessions of one checkout. It never throws: without a channel nothing is shared. */
export interface TabLink {
  /** Opens the channel if it is closed. Returns whether there is one. */
  open(): boolean
  /** Sends to the other tabs. */
  post(statement: TabStatement): void
  close(): void
}

export interface TabLinkOptions {
  /** The sender of this session's messages. */
  readonly id: string
  readonly openChannel: () => TabChannel | undefined
  /** Receives each valid message of another session. */
  readonly onMessage: (message: TabMessage) => void
}

/** Creates a link that is closed. */
export function createTabLink({ id, openChannel, onMessage }: TabLinkOptions): TabLink {
  let channel: TabChannel | undefined
  return {
    open() {
      if (channel) return true
      try {
        channel = openChannel()
        channel?.onMessage((value) => {
          const message = readTabMessage(value)
          if (message && message.id !== id) onMessage(message)
        })
      } catch {
        // In an opaque origin, or against the page's policy: the session works unshared.
      }
      return channel !== undefined
    },
    post(statement) {
      try {
        channel?.postMessage({ id, ...statement })
      } catch {
        // The platform closed the channel: the session works unshared.
      }
    },
    close() {
      channel?.close()
      channel = undefined
    },
  }
}
