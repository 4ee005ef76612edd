/** What went wrong, and what the customer can do about it. */
export interface PaymentProblem {
  title: string
  whatToDo: string
}

const nothingCharged = 'Nothing was charged.'

/** By the codes of docs.joinforage.app/docs/ebt-error-codes and the SDK's own. */
const known: Record<string, PaymentProblem> = {
  user_error: {
    title: 'Something is missing',
    whatToDo: 'Complete the field above, and try again.',
  },
  ebt_error_14: {
    title: 'This card number is not known',
    whatToDo: `${nothingCharged} Check the number, or use another EBT card.`,
  },
  ebt_error_43: {
    title: 'This card was reported lost or stolen',
    whatToDo: `${nothingCharged} Use another EBT card, or call the number on the back of this one.`,
  },
  ebt_error_51: {
    title: 'The balance is too low',
    whatToDo: `${nothingCharged} Go back to your cart and take something out, or use another EBT card.`,
  },
  ebt_error_54: {
    title: 'This card has expired',
    whatToDo: `${nothingCharged} Use another EBT card.`,
  },
  ebt_error_55: {
    title: 'That PIN is not right',
    whatToDo: `${nothingCharged} Enter it again. After four wrong PINs the card is locked until tomorrow.`,
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
  title: 'That did not work',
  whatToDo: `${nothingCharged} Wait a moment and try again.`,
}

const unanswered: PaymentProblem = {
  title: 'No answer came',
  whatToDo: 'Nothing was charged so far. Check your connection and try again: nothing is charged twice.',
}

const uncertain: PaymentProblem = {
  title: 'We could not learn whether your payment went through',
  whatToDo:
    'Do not pay again yet: we go on asking. Check your connection. You will not be charged twice for this order.',
}

/** Forage has the PIN, and has not said yet whether the card is charged. */
export const underWay: PaymentProblem = {
  title: 'Your payment is on its way',
  whatToDo: 'Do not pay again: we go on asking. You will not be charged twice for this order.',
}

const unconfirmed: PaymentProblem = {
  title: 'Your payment went through, and the shop does not know it yet',
  whatToDo: 'Do not pay again: we go on asking. You will not be charged twice for this order.',
}

/** The payment was sent, and the shop cannot be asked what became of it. */
export class UncertainPaymentError extends Error {
  override readonly name = 'UncertainPaymentError'
  readonly paymentRef: string
  /** Forage said so. */
  readonly isCharged: boolean

  constructor(paymentRef: string, { isCharged }: { isCharged: boolean }) {
    super('The shop does not know what became of the payment.')
    this.paymentRef = paymentRef
    this.isCharged = isCharged
  }
}

interface SdkError {
  code?: unknown
  httpStatusCode?: unknown
  errors?: readonly SdkError[]
}

/** For what a call of the SDK rejected with: `ForageError`, or its older form with a list. */
export function paymentProblem(error: unknown): PaymentProblem {
  if (error instanceof UncertainPaymentError) return error.isCharged ? unconfirmed : uncertain
  const { code } = firstError(error)
  return known[String(code)] ?? (mayHaveBeenCharged(error) ? unanswered : unknown)
}

/** Whether the capture may have happened in spite of this error. */
export function mayHaveBeenCharged(error: unknown): boolean {
  const { httpStatusCode } = firstError(error)
  return typeof httpStatusCode !== 'number' || httpStatusCode === 0 || httpStatusCode >= 500
}

function firstError(error: unknown): SdkError {
  if (typeof error !== 'object' || error === null) return {}
  const own: SdkError = error
  return own.errors?.[0] ?? own
}
