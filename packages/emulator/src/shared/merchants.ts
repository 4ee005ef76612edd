import { EmulatorError } from './emulator-error.ts'

/** The only tenant of the emulator: the number in the published session token. */
export const TENANT_ID = 42
/** Its name in messages: forage-ios-sdk's ForageMocks.swift. */
export const TENANT_NAME = 'BaseTenant'

/** A merchant, with its two names in the API. */
export interface Merchant {
  readonly id: string
  /** The 7-digit number that the USDA assigns to a store that accepts EBT. */
  readonly fnsNumber: string
}

export interface MerchantDirectory {
  readonly all: readonly Merchant[]
  /**
   * Finds a merchant by any form of `Merchant-Account` in the docs: `123ab45c67` (current reference), `mid/123ab45c67`
   * (quickstart), or an FNS number such as `9000055` (authentication guide).
   */
  find(account: string): Merchant | undefined
}

/** The FNS number of docs.joinforage.app/reference/forage-sessions. Each further merchant gets the next number. */
const FIRST_FNS_NUMBER = 9_000_055

/** Takes Merchant IDs, with or without `mid/`, or 7-digit FNS numbers. */
export function createMerchantDirectory(ids: readonly string[]): MerchantDirectory {
  const all = ids.map((name, position) => merchantNamed(name, position))
  if (all.length === 0) throw invalidMerchants('got an empty list')
  const byName = new Map(
    all.flatMap((merchant) => [merchant.id, merchant.fnsNumber].map((n) => [n, merchant])),
  )
  return { all, find: (account) => byName.get(account.trim().replace(/^mid\//, '')) }
}

function merchantNamed(name: string, position: number): Merchant {
  const id = name.replace(/^mid\//, '')
  if (!/^\w+$/.test(id)) throw invalidMerchants(`got "${name}"`)
  return { id, fnsNumber: /^\d{7}$/.test(id) ? id : String(FIRST_FNS_NUMBER + position) }
}

function invalidMerchants(got: string): EmulatorError {
  return new EmulatorError(
    'invalid_option',
    `\`merchants\` has to name at least one Merchant ID (as "123ab45c67") or FNS number (as "9000055"); ${got}.`,
  )
}
