import { defineTable, type TableDefinition } from '../state/table.ts'

/** An account at the EBT network, keyed by its card number. Several payment methods may share one account. */
export interface EbtAccount {
  /** Cents. */
  readonly snap: number
  /** Cents. */
  readonly cash: number
  readonly lastUsedAt: number
  readonly wrongPins: number
  readonly lockedUntil: number
}

export const ebtAccountTable: TableDefinition<EbtAccount> = defineTable('accounts')
