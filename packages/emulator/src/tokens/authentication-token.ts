import type { EmulatorContext } from '../context/context.ts'
import type { Scope } from '../http/endpoint.ts'
import { defineTable, type TableDefinition } from '../state/table.ts'

/** An authentication token, keyed by its value. */
export interface AuthenticationToken {
  readonly value: string
  readonly scopes: readonly Scope[]
  readonly expiresAt: number
}

export const authenticationTokenTable: TableDefinition<AuthenticationToken> =
  defineTable('authentication_tokens')

/**
 * Returns the live tokens, oldest first. docs.joinforage.app/reference/bulk-revoke-auth-tokens measures age by expiry
 * time; tokens with the same expiry time stay in the order of their issue.
 */
export function liveTokens({ store, time }: EmulatorContext): AuthenticationToken[] {
  const now = time.now()
  return [...store.table(authenticationTokenTable).values()]
    .filter((token) => now < token.expiresAt)
    .toSorted((one, other) => one.expiresAt - other.expiresAt)
}
