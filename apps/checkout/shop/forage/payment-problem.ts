import { formatDecimal } from '../shared/money.ts'
import { WrongPinError } from './pin-tries.ts'

/** A problem of a payment, in words for the customer. */
export interface PaymentProblem {
  title: string
  whatToDo: string
  /** The part that the customer has to change. Without it, the same attempt may succeed later. */
  change?: 'input' | 'card' | 'amounts'
}

const nothingCharged = 'Nothing was charged.'

/** The problems by code (docs.joinforage.app/docs/ebt-error-codes, and the SDK's codes). */
const known: Record<string, PaymentProblem> = {
  user_error: {
    title: 'Something is missing',
    whatToDo: 'Complete the field above and try again.',
    change: 'input',
  },
  ebt_error_14: {
    title: 'We do not recognize this card number',
    whatToDo: `${nothingCharged} Use another card, or enter the number of this one again.`,
    change: 'card',
  },
  ebt_error_43: {
    title: 'This card was reported lost or stolen',
    whatToDo: `${nothingCharged} Use another card, or call the number on the back of this one.`,
    change: 'card',
  },
  ebt_error_51: {
    title: 'Your balance is too low',
    whatToDo: `${nothingCharged} Change the amounts, or pay in another way.`,
    change: 'amounts',
  },
  ebt_error_54: {
    title: 'This card has expired',
    whatToDo: `${nothingCharged} Use another card, or call the number on the back of this one.`,
    change: 'card',
  },
  ebt_error_55: {
    title: 'That PIN is not right',
    whatToDo: `${nothingCharged} Enter your PIN again. After four wrong PINs, the card is locked for 24 hours.`,
    change: 'input',
  },
  ebt_error_62: {
    title: 'This card cannot be used here',
    whatToDo: `${nothingCharged} Use another card, or call the number on the back of this one.`,
    change: 'card',
  },
  ebt_error_75: {
    title: 'This card is locked for 24 hours',
    whatToDo: `${nothingCharged} The PIN was wrong four times. Use another card, or come back tomorrow.`,
    change: 'card',
  },
}

function wrongPin({ triesLeft }: WrongPinError): PaymentProblem {
  if (triesLeft === 0) return known['ebt_error_75']!
  const left = triesLeft === 1 ? '1 try left' : `${triesLeft} tries left`
  return {
    title: 'That PIN is not right',
    whatToDo: `${nothingCharged} You have ${left} before the card is locked for 24 hours.`,
    change: 'input',
  }
}

/** Adds the balances, which Forage names for this error. */
function tooLow(problem: PaymentProblem, { details }: SdkError): PaymentProblem {
  const balances = declinedBalances(details)
  if (!balances) return problem
  const { snap, cash } = balances
  const balance = `Your EBT SNAP balance is ${formatDecimal(snap)}, and your EBT Cash balance is ${formatDecimal(cash)}.`
  return { ...problem, whatToDo: `${balance} ${problem.whatToDo}` }
}

/** The balances of a card whose funds are insufficient, as decimal strings. */
export interface DeclinedBalances {
  snap: string
  cash: string
}

/** Returns the balances if Forage declined the payment for insufficient funds and named them. */
export function balancesOfDecline(error: unknown): DeclinedBalances | undefined {
  const { code, details } = firstError(error)
  return code === 'ebt_error_51' ? declinedBalances(details) : undefined
}

function declinedBalances(details: unknown): DeclinedBalances | undefined {
  const { snap_balance: snap, cash_balance: cash } = Object(details) as Record<string, unknown>
  return isAmount(snap) && isAmount(cash) ? { snap, cash } : undefined
}

function isAmount(text: unknown): text is string {
  return typeof text === 'string' && /^\d+(\.\d+)?$/.test(text)
}

/** Returns whether Forage declined the payment so that the same card cannot pay the same amount. */
export function needsOtherTender(error: unknown): boolean {
  const { change } = paymentProblem(error)
  return change === 'card' || change === 'amounts'
}

/** Returns whether Forage refused the payment because of the PIN. */
export function isWrongPin(error: unknown): boolean {
  return firstError(error).code === 'ebt_error_55'
}

const unknown: PaymentProblem = {
  title: 'Something went wrong',
  whatToDo: `${nothingCharged} Wait a moment and try again.`,
}

const unanswered: PaymentProblem = {
  title: 'We got no answer',
  whatToDo:
    'Nothing has been charged yet. Check your connection and try again. You will not be charged twice.',
}

const uncertain: PaymentProblem = {
  title: 'We do not know yet whether your payment succeeded',
  whatToDo:
    'Do not pay again yet. Check your connection while we keep checking your payment. You will not be charged twice for this order.',
}

/** Forage has the PIN but has not said yet whether it charged the card. */
export const paymentInProgress: PaymentProblem = {
  title: 'Your payment is in progress',
  whatToDo: 'Do not pay again. We keep checking, and you will not be charged twice for this order.',
}

const unconfirmed: PaymentProblem = {
  title: 'Your payment succeeded, but we could not confirm your order yet',
  whatToDo: 'Do not pay again. We keep checking, and you will not be charged twice for this order.',
}

/** The payment was sent, but the shop does not know its outcome. */
export class UncertainPaymentError extends Error {
  override readonly name = 'UncertainPaymentError'
  readonly paymentRef: string
  /** True if Forage confirmed the charge. */
  readonly isCharged: boolean

  constructor(paymentRef: string, { isCharged }: { isCharged: boolean }) {
    super('The outcome of the payment is unknown.')
    this.paymentRef = paymentRef
    this.isCharged = isCharged
  }
}

interface SdkError {
  code?: unknown
  httpStatusCode?: unknown
  details?: unknown
  errors?: readonly SdkError[]
}

/** Returns what the page shows for an error of the SDK: a `ForageError`, or its older form with a list. */
export function paymentProblem(error: unknown): PaymentProblem {
  if (error instanceof UncertainPaymentError) return error.isCharged ? unconfirmed : uncertain
  if (error instanceof WrongPinError) return wrongPin(error)
  const first = firstError(error)
  const { code } = first
  if (code === 'ebt_error_51') return tooLow(known[code]!, first)
  return known[String(code)] ?? (mayHaveBeenCharged(error) ? unanswered : unknown)
}

/** Returns whether the card may have been charged despite this error. */
export function mayHaveBeenCharged(error: unknown): boolean {
  if (error instanceof WrongPinError) return false
  const { httpStatusCode } = firstError(error)
  return typeof httpStatusCode !== 'number' || httpStatusCode === 0 || httpStatusCode >= 500
}

function firstError(error: unknown): SdkError {
  if (typeof error !== 'object' || error === null) return {}
  const own: SdkError = error
  return own.errors?.[0] ?? own
}
