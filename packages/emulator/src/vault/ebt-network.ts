import type { EmulatorContext } from '../context/context.ts'
import type { Switches } from '../context/switches.ts'
import type { EbtDecline } from '../http/error-envelopes.ts'
import { formatAmount } from '../shared/money.ts'
import { defineTable, type Table, type TableDefinition } from '../state/table.ts'
import type { Balance } from './balance.ts'
import { ebtDecline } from './ebt-declines.ts'
import { testCard, type TestCard } from './test-cards.ts'

/** "Reset 1 hour after last use": docs.joinforage.app/docs/test-cards. */
const BALANCE_RESET_MS = 60 * 60 * 1000
/** "Locked for 24 hours after 4 failed attempts": the docs on ebt_error_75. */
const MAX_WRONG_PINS = 4
const PIN_LOCK_MS = 24 * 60 * 60 * 1000

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

export type EbtAnswer =
  | { readonly approved: true; readonly balance: Balance }
  | { readonly approved: false; readonly decline: EbtDecline }

export interface EbtNetwork {
  balance(pan: string, pin: string): EbtAnswer
  capture(pan: string, pin: string, benefit: Benefit, amount: number): EbtAnswer
  /** Returns captured money to the account, without a PIN. */
  refund(pan: string, benefit: Benefit, amount: number): EbtAnswer
  /** Reverses a capture (`amount` above 0) or a refund (below 0), without a PIN. */
  reverse(pan: string, benefit: Benefit, amount: number): EbtAnswer
}

export type Benefit = 'snap' | 'cash'

/** Creates the state's EBT network behind the vault: accounts, PIN attempts and refusals. */
function createEbtNetwork(
  accounts: Table<EbtAccount>,
  { testCardPage, unlistedCards }: Pick<Switches, 'testCardPage' | 'unlistedCards'>,
  now: number,
): EbtNetwork {
  const cardOf = (pan: string): TestCard => testCard(pan, testCardPage)
  const enter = (pan: string, pin: string): { card: TestCard; account: EbtAccount; refused?: string } => {
    const card = cardOf(pan)
    const known = freshened(accounts.get(pan), card, now)
    const isUnlisted = !card.listed && unlistedCards === 'decline'
    const isRight = card.pin === undefined || card.pin === pin
    const { account, refused } = isUnlisted ? { account: known, refused: '14' } : tryPin(known, isRight, now)
    accounts.set(pan, account)
    return refused === undefined ? { card, account } : { card, account, refused }
  }
  const credit = (pan: string, account: EbtAccount, benefit: Benefit, amount: number): EbtAnswer => {
    if (account[benefit] + amount < 0) return declined('51', account)
    const changed = { ...account, [benefit]: account[benefit] + amount }
    accounts.set(pan, changed)
    return approved(changed, now)
  }
  return {
    balance: (pan, pin) => {
      const { card, account, refused = card.balanceError } = enter(pan, pin)
      return refused === undefined ? approved(account, now) : declined(refused, account)
    },
    capture: (pan, pin, benefit, amount) => {
      const { card, account, refused = card.captureError } = enter(pan, pin)
      if (refused !== undefined) return declined(refused, account)
      return credit(pan, account, benefit, -amount)
    },
    refund: (pan, benefit, amount) => {
      const card = cardOf(pan)
      const refused = card.refundErrors?.[benefit]
      const account = freshened(accounts.get(pan), card, now)
      return refused === undefined ? credit(pan, account, benefit, amount) : declined(refused, account)
    },
    reverse: (pan, benefit, amount) =>
      credit(pan, freshened(accounts.get(pan), cardOf(pan), now), benefit, amount),
  }
}

function freshened(known: EbtAccount | undefined, card: TestCard, now: number): EbtAccount {
  const { snap, cash } = card
  if (!known) return { snap, cash, lastUsedAt: now, wrongPins: 0, lockedUntil: 0 }
  const isReset = now - known.lastUsedAt >= BALANCE_RESET_MS
  return { ...known, ...(isReset ? { snap, cash } : {}), lastUsedAt: now }
}

/** Returns the account after the attempt. A wrong PIN or a locked card adds the number of the error. */
function tryPin(
  account: EbtAccount,
  isRight: boolean,
  now: number,
): { account: EbtAccount; refused?: '55' | '75' } {
  if (now < account.lockedUntil) return { account, refused: '75' }
  if (isRight) return { account: { ...account, wrongPins: 0 } }
  const wrongPins = account.wrongPins + 1
  const locked =
    wrongPins === MAX_WRONG_PINS ? { wrongPins: 0, lockedUntil: now + PIN_LOCK_MS } : { wrongPins }
  return { account: { ...account, ...locked }, refused: '55' }
}

function approved(account: EbtAccount, at: number): EbtAnswer {
  return { approved: true, balance: { snap: account.snap, cash: account.cash, at } }
}

/** "Only included for specific codes that have details, such as ebt_error_51": reference/forage-js-errors. */
function declined(number: string, { snap, cash }: EbtAccount): EbtAnswer {
  const balances = { snap_balance: formatAmount(snap), cash_balance: formatAmount(cash) }
  return { approved: false, decline: ebtDecline(number, number === '51' ? balances : undefined) }
}

export function networkOf({ store, switches, time }: EmulatorContext): EbtNetwork {
  return createEbtNetwork(store.table(ebtAccountTable), switches, time.now())
}
