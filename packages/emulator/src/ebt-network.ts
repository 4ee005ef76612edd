import { ebtDecline } from './ebt-declines.ts'
import type { EbtDecline } from './error-envelopes.ts'
import { formatAmount } from './money.ts'
import type { Balance, EbtAccount } from './store.ts'
import type { TestCard } from './test-cards.ts'
import { testCard } from './test-cards.ts'

/** "Reset 1 hour after last use": docs.joinforage.app/docs/test-cards. */
const BALANCE_RESET_MS = 60 * 60 * 1000
/** "Locked for 24 hours after 4 failed attempts": the docs on ebt_error_75. */
const MAX_WRONG_PINS = 4
const PIN_LOCK_MS = 24 * 60 * 60 * 1000

export type EbtAnswer =
  | { readonly approved: true; readonly balance: Balance }
  | { readonly approved: false; readonly decline: EbtDecline }

export interface EbtNetwork {
  balance(pan: string, pin: string): EbtAnswer
  capture(pan: string, pin: string, benefit: 'snap' | 'cash', amount: number): EbtAnswer
}

/** The state's EBT network behind the vault: accounts, PIN tries, refusals. */
export function createEbtNetwork(
  accounts: Map<string, EbtAccount>,
  unlistedCards: 'decline' | 'accept',
  now: number,
): EbtNetwork {
  const enter = (pan: string, pin: string): { card: TestCard; account: EbtAccount; refused?: string } => {
    const card = testCard(pan)
    const account = accountOf(accounts, pan, card, now)
    if (!card.listed && unlistedCards === 'decline') return { card, account, refused: '14' }
    const refused = tryPin(account, card.pin === undefined || card.pin === pin, now)
    return refused === undefined ? { card, account } : { card, account, refused }
  }
  return {
    balance: (pan, pin) => {
      const { card, account, refused = card.balanceError } = enter(pan, pin)
      return refused === undefined ? approved(account, now) : declined(refused)
    },
    capture: (pan, pin, benefit, amount) => {
      const { card, account, refused = card.captureError } = enter(pan, pin)
      if (refused !== undefined) return declined(refused)
      if (account[benefit] < amount) return declined('51', available(account))
      account[benefit] -= amount
      return approved(account, now)
    },
  }
}

function accountOf(accounts: Map<string, EbtAccount>, pan: string, card: TestCard, now: number): EbtAccount {
  const known = accounts.get(pan) ?? { snap: 0, cash: 0, lastUsedAt: -Infinity, wrongPins: 0, lockedUntil: 0 }
  if (now - known.lastUsedAt >= BALANCE_RESET_MS) Object.assign(known, { snap: card.snap, cash: card.cash })
  known.lastUsedAt = now
  accounts.set(pan, known)
  return known
}

/** The error number, or undefined for a good PIN on a card that is not locked. */
function tryPin(account: EbtAccount, isRight: boolean, now: number): '55' | '75' | undefined {
  if (now < account.lockedUntil) return '75'
  account.wrongPins = isRight ? 0 : account.wrongPins + 1
  if (isRight) return undefined
  if (account.wrongPins === MAX_WRONG_PINS)
    Object.assign(account, { wrongPins: 0, lockedUntil: now + PIN_LOCK_MS })
  return '55'
}

function approved(account: EbtAccount, at: number): EbtAnswer {
  return { approved: true, balance: { snap: account.snap, cash: account.cash, at } }
}

function declined(number: string, details?: Readonly<Record<string, string>>): EbtAnswer {
  return { approved: false, decline: ebtDecline(number, details) }
}

/** docs.joinforage.app: `ebt_error_51` tells what there would be. */
function available(account: EbtAccount): Record<string, string> {
  return { snap_balance: formatAmount(account.snap), cash_balance: formatAmount(account.cash) }
}
