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

const uncertain: PaymentProblem = {
  title: 'We could not learn whether your payment went through',
  whatToDo: 'Check your payment before you pay again. You will not be charged twice for this order.',
}

/** The payment was sent, no answer came, and Forage cannot be asked. */
export class UncertainPaymentError extends Error {
  override readonly name = 'UncertainPaymentError'
}

interface SdkError {
  code?: unknown
  httpStatusCode?: unknown
  errors?: readonly SdkError[]
}

/** For what a call of the SDK rejected with: `ForageError`, or its older form with a list. */
export function paymentProblem(error: unknown): PaymentProblem {
  if (error instanceof UncertainPaymentError) return uncertain
  return known[String(firstError(error).code)] ?? unknown
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
