import type { RedisClient } from './redis-client.ts'
import { replyCode } from './redis-store-error.ts'

/** The last word of Redis about the connection of a client, until a command succeeds. */
export interface HeardWord {
  readonly word: string | undefined
  /** A command succeeded, so the word is outdated. */
  clear(): void
  close(): void
}

interface Emitting {
  on?(event: 'error', listener: (error: unknown) => void): unknown
  off?(event: 'error', listener: (error: unknown) => void): unknown
}

/**
 * Listens to the client. A wrong password or a missing right is an event of the connection: commands that wait for it only
 * time out.
 */
export function heardWord(client: RedisClient): HeardWord {
  const emitting = client as Emitting
  let word: string | undefined
  const listener = (error: unknown): void => {
    word = replyCode(error)
  }
  if (typeof emitting.on === 'function') emitting.on('error', listener)
  return {
    get word() {
      return word
    },
    clear: () => {
      word = undefined
    },
    close: () => void emitting.off?.('error', listener),
  }
}
