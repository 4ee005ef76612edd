import { isEbtErrorNumber } from './ebt-declines.ts'

/** The behavior of a card: docs.joinforage.app/docs/test-cards and /docs/how-to-trigger-exceptions. Amounts in cents. */
export interface TestCard {
  readonly listed: boolean
  readonly snap: number
  readonly cash: number
  /** The EBT error number of every balance check. */
  readonly balanceError?: string
  /** The EBT error number of every capture. */
  readonly captureError?: string
  /** The EBT error number of every refund of that benefit. */
  readonly refundErrors?: { readonly snap?: string; readonly cash?: string }
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
  { number: '5555 5555 5555 5514', effect: 'balance check fails with ebt_error_14 (or 54)' },
  { number: '4333 3333 3333 3309', effect: 'SNAP refunds fail (…3311: EBT Cash refunds)' },
  { number: '4444 4444 4444 4451', effect: 'capture fails with ebt_error_51 (or 14, 43, 54, 55, 56, 62)' },
]

const FULL_BALANCE = 100_000
const ordinary: TestCard = { listed: true, snap: FULL_BALANCE, cash: FULL_BALANCE }

/**
 * Cards of the documented list with an ordinary balance and capture. The docs do not name the code of a failed refund.
 * Inferred: 61, the only code about returns.
 */
const alsoListed: Readonly<Record<string, Pick<TestCard, 'refundErrors'>>> = {
  '3333333333333345': {},
  '4333333333333311': { refundErrors: { cash: '61' } },
  '4333333333333309': { refundErrors: { snap: '61' } },
  // Older docs list these two as "expired card" and "invalid merchant".
  '4333333333333303': { refundErrors: { snap: '54', cash: '54' } },
  '4333333333333304': { refundErrors: { snap: '03', cash: '03' } },
}

export function testCard(pan: string): TestCard {
  if (pan.startsWith('9999') && [16, 18, 19].includes(pan.length)) return ordinary
  if (pan.startsWith('654321')) return { ...ordinary, cash: 0 }
  if (pan.startsWith('677777777777') && pan.length === 16) return { ...ordinary, pin: pan.slice(-4) }
  if (failsWithSuffix(pan, '5')) return { ...ordinary, balanceError: pan.slice(-2) }
  if (failsWithSuffix(pan, '4')) return { ...ordinary, captureError: pan.slice(-2) }
  return { ...ordinary, ...alsoListed[pan], listed: Object.hasOwn(alsoListed, pan) }
}

/** Returns a PIN that the network accepts for this card. */
export function goodPin(pan: string): string {
  return testCard(pan).pin ?? '0000'
}

/** Returns whether the card number is fourteen equal digits, followed by the number of an error. */
function failsWithSuffix(pan: string, digit: string): boolean {
  return pan.length === 16 && pan.startsWith(digit.repeat(14)) && isEbtErrorNumber(pan.slice(-2))
}
