import type { EmulatorContext } from '../context/context.ts'
import { defineTable, type TableDefinition } from '../state/table.ts'
import { liveTokens } from './authentication-token.ts'

/** A session token, keyed by its value. */
export interface SessionToken {
  readonly value: string
  /** The value of its authentication token. The session token dies with it. */
  readonly parent: string
  readonly expiresAt: number
}

export const sessionTokenTable: TableDefinition<SessionToken> = defineTable('session_tokens')

export function liveSessionTokens(context: EmulatorContext): SessionToken[] {
  const now = context.time.now()
  const parents = new Set(liveTokens(context).map(({ value }) => value))
  return [...context.store.table(sessionTokenTable).values()].filter(
    ({ expiresAt, parent }) => now < expiresAt && parents.has(parent),
  )
}

/** Lets every session token that has time left expire now. Returns how many there were. */
export function expireSessionTokens({ store, time }: EmulatorContext): number {
  const now = time.now()
  const tokens = store.table(sessionTokenTable)
  const unexpired = [...tokens.values()].filter((token) => token.expiresAt > now)
  for (const token of unexpired) tokens.set(token.value, { ...token, expiresAt: now })
  return unexpired.length
}
