/** A problem of a payment, in words for the customer. */
export interface PaymentProblem {
  title: string
  whatToDo: string
}

const nothingCharged = 'Nothing was charged.'

/** The problems by code (docs.joinforage.app/docs/ebt-error-codes, and the SDK's codes). */
const known: Record<string, PaymentProblem> = {
  user_error: {
    title: 'Something is missing',
    whatToDo: 'Complete the field above and try again.',
  },
  ebt_error_14: {
    title: 'We do not recognize this card number',
    whatToDo: `${nothingCharged} Check the number, or use another EBT card.`,
  },
  ebt_error_43: {
    title: 'This card was reported lost or stolen',
    whatToDo: `${nothingCharged} Use another EBT card, or call the number on the back of this one.`,
  },
  ebt_error_51: {
    title: 'Your balance is too low',
    whatToDo: `${nothingCharged} Remove something from your cart, or use another EBT card.`,
  },
  ebt_error_54: {
    title: 'This card has expired',
    whatToDo: `${nothingCharged} Use another EBT card.`,
  },
  ebt_error_55: {
    title: 'That PIN is not right',
    whatToDo: `${nothingCharged} Enter your PIN again. After four wrong PINs, the card is locked until tomorrow.`,
  },
  ebt_error_62: {
    title: 'This card cannot be used here',
    whatToDo: `${nothingCharged} Use another EBT card, or call the number on the back of this one.`,
  },
  ebt_error_75: {
    title: 'This card is locked',
    whatToDo: `${nothingCharged} There were too many wrong PINs. Use another EBT card, or try again tomorrow.`,
  },
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
  errors?: readonly SdkError[]
}

/** Returns what the page shows for an error of the SDK: a `ForageError`, or its older form with a list. */
export function paymentProblem(error: unknown): PaymentProblem {
  if (error instanceof UncertainPaymentError) return error.isCharged ? unconfirmed : uncertain
  const { code } = firstError(error)
  return known[String(code)] ?? (mayHaveBeenCharged(error) ? unanswered : unknown)
}

/** Returns whether the card may have been charged despite this error. */
export function mayHaveBeenCharged(error: unknown): boolean {
  const { httpStatusCode } = firstError(error)
  return typeof httpStatusCode !== 'number' || httpStatusCode === 0 || httpStatusCode >= 500
}

function firstError(error: unknown): SdkError {
  if (typeof error !== 'object' || error === null) return {}
  const own: SdkError = error
  return own.errors?.[0] ?? own
}
