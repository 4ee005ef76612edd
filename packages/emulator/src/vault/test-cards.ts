import type { Switches } from '../context/switches.ts'

/** The behavior of a card: docs.joinforage.app/docs/test-cards and /docs/how-to-trigger-exceptions. Amounts in cents. */
export interface TestCard {
  /** Whether a page of the docs has this card. */
  readonly listed: boolean
  readonly snap: number
  readonly cash: number
  /** The EBT error number of every balance check. */
  readonly balanceError?: string
  /** The EBT error number of every capture. */
  readonly captureError?: string
  /** The EBT error number of every refund of that benefit. */
  readonly refundErrors?: { readonly snap?: string; readonly cash?: string }
  /** Whether the credit part of a Fully Hosted order fails. */
  readonly creditFails?: boolean
  /** The only valid PIN. Default: any four digits. */
  readonly pin?: string
}

/**
 * Test cards to type into a form. The command and the control page list them.
 *
 * @example
 * ```ts
 * import { testCards } from '@forage-session/emulator'
 *
 * for (const { number, effect } of testCards) console.log(number, effect)
 * // 9999 4200 0000 0001 $1000 SNAP, $1000 EBT Cash; any PIN
 * ```
 */
export const testCards: readonly { readonly number: string; readonly effect: string }[] = [
  { number: '9999 4200 0000 0001', effect: '$1000 SNAP, $1000 EBT Cash; any PIN' },
  { number: '6543 2100 0000 0000', effect: '$1000 SNAP, $0 EBT Cash; any PIN' },
  { number: '6777 7777 7777 1234', effect: 'PIN has to be the last four digits; locked after 4 wrong ones' },
  {
    number: '5555 5555 5555 5514',
    effect: 'balance check fails with ebt_error_14 (or any other two digits)',
  },
  { number: '4444 4444 4444 4451', effect: 'capture fails with ebt_error_51 (or any other two digits)' },
  { number: '4333 3333 3333 3303', effect: 'capture fails: expired card (…3304: invalid merchant)' },
  { number: '4333 3333 3333 3309', effect: 'SNAP refunds fail (…3311: EBT Cash refunds)' },
  { number: '3333 3333 3333 3345', effect: 'the credit part of a hosted order fails' },
]

const FULL_BALANCE = 100_000
const ordinary: TestCard = { listed: true, snap: FULL_BALANCE, cash: FULL_BALANCE }
/** "Default to successful responses": docs.joinforage.app/docs/how-to-trigger-exceptions. */
const unlisted: TestCard = { ...ordinary, listed: false }

type Exception = Partial<Omit<TestCard, 'listed'>>

/**
 * The cards whose refunds fail, on the current page. The docs do not name the code. Inferred: 61, the only code about
 * returns.
 */
const failingRefunds: Readonly<Record<string, Exception>> = {
  '4333333333333311': { refundErrors: { cash: '61' } },
  '4333333333333309': { refundErrors: { snap: '61' } },
}

/** The cards that the archived page has in addition, or describes differently. */
const archivedCards: Readonly<Record<string, Exception>> = {
  // "Expired card" and "invalid merchant".
  '4333333333333303': { captureError: '54' },
  '4333333333333304': { captureError: '03' },
  // Every refund fails.
  '4333333333333311': { refundErrors: { snap: '61', cash: '61' } },
}

const namedExceptions: Readonly<Record<Switches['testCardPage'], Readonly<Record<string, Exception>>>> = {
  current: failingRefunds,
  archived: { ...failingRefunds, ...archivedCards },
  both: { ...archivedCards, ...failingRefunds },
}

/** The error numbers after fourteen equal digits, on the current page. On the archived page they may be any two digits. */
const currentNumbers: Readonly<Record<string, readonly string[]>> = {
  '3': ['45'],
  '4': ['14', '43', '51', '54', '55', '56', '62'],
  '5': ['14', '54'],
}

/** Returns the behavior of a card number, as the given page of the docs describes it. */
export function testCard(pan: string, page: Switches['testCardPage']): TestCard {
  if (pan.startsWith('9999') && [16, 18, 19].includes(pan.length)) return ordinary
  if (pan.startsWith('654321')) return { ...ordinary, cash: 0 }
  if (pan.startsWith('677777777777') && pan.length === 16) return { ...ordinary, pin: pan.slice(-4) }
  const found = numberedException(pan, page) ?? namedExceptions[page][pan]
  return found ? { ...ordinary, ...found } : unlisted
}

/** Returns the exception of fourteen equal digits that are followed by a number. */
function numberedException(pan: string, page: Switches['testCardPage']): Exception | undefined {
  const [, digit = '', number = ''] = /^([345])\1{13}(\d\d)$/.exec(pan) ?? []
  if (number === '' || (page === 'current' && currentNumbers[digit]?.includes(number) !== true))
    return undefined
  if (digit === '5') return { balanceError: number }
  return digit === '4' ? { captureError: number } : { creditFails: true }
}

/** Returns a PIN that the network accepts for this card. */
export function goodPin(pan: string): string {
  return testCard(pan, 'both').pin ?? '0000'
}
