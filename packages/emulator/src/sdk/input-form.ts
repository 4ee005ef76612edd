import type { ElementType } from './sdk-messages.ts'

/*
 * The fields of each element: what they accept, and the words for what is wrong. The emulator serves these functions as
 * text, so they use only each other and the browser. The rules and words are those of the mobile SDKs, because the one
 * sentence in docs.joinforage.app/reference/events is one of forage-android-sdk's ElementValidationErrors.kt.
 */

export interface FieldProblem {
  readonly message: string
  /** More keys may solve the problem. */
  readonly isIncomplete: boolean
}

export interface InputField {
  /** The name of the field in `paymentSheet.fields`. */
  readonly name: string
  readonly label: string
  readonly attributes: Readonly<Record<string, string>>
  /** Returns a typed, pasted or filled-in text as the field shows it, or the text that a deletion left. */
  format(text: string, isDeletion?: boolean): string
  problem(text: string): FieldProblem | null
}

type Texts = Readonly<Record<string, string>>

export interface InputForm {
  readonly fields: readonly InputField[]
  /** The SDK does not keep the text after a submission. */
  readonly isSecret: boolean
  /** Returns the body of the request with the typed texts. */
  complete(body: Readonly<Record<string, unknown>>, texts: Texts): Record<string, unknown>
  /** Returns the error of a submission that does not leave the page. */
  refusal(texts: Texts): { readonly code: string; readonly message: string }
}

/** Returns the form of an element. */
export function inputForm(type: ElementType): InputForm {
  if (type === 'payment_sheet') return paymentSheetForm()
  return type === 'collect_pin' ? pinForm() : cardNumberForm()
}

function cardNumberForm(): InputForm {
  const number: InputField = {
    name: 'number',
    label: 'EBT card number',
    attributes: { autocomplete: 'off', inputmode: 'numeric' },
    format: (text) => groupsOfFour(digitsOf(text, 19)),
    problem: (text) => cardNumberProblem(digitsOf(text, 19)),
  }
  return {
    fields: [number],
    isSecret: false,
    complete: (body, texts) => ({ ...body, card: { number: digitsOf(texts['number'], 19) } }),
    refusal: (texts) => ({
      code: 'user_error',
      message: number.problem(texts['number'] ?? '')?.message ?? 'Your EBT card number is incomplete.',
    }),
  }
}

function cardNumberProblem(digits: string): FieldProblem | null {
  if (digits === '') return null
  if (digits.length < 16) return { message: 'Your EBT card number is incomplete.', isIncomplete: true }
  // docs.joinforage.app/docs/how-to-trigger-exceptions: the SDK refuses sixteen ones and seventeen digits.
  const isAccepted = digits.length !== 17 && digits !== '1'.repeat(16)
  return isAccepted ? null : { message: 'Your EBT card number is invalid.', isIncomplete: false }
}

function pinForm(): InputForm {
  const pin: InputField = {
    name: 'pin',
    label: 'EBT card PIN',
    attributes: { autocomplete: 'off', inputmode: 'numeric', type: 'password' },
    format: (text) => digitsOf(text, 4),
    problem: (text) =>
      text.length === 4 ? null : { message: 'Your EBT card PIN is incomplete.', isIncomplete: true },
  }
  return {
    fields: [pin],
    isSecret: true,
    complete: (body, texts) => ({ ...body, pin: texts['pin'] }),
    // forage-ios-sdk Constants.swift and forage-android-sdk ForageApiResponse.kt.
    refusal: () => ({
      code: 'user_error',
      message: 'Invalid EBT Card PIN entered. Please enter your 4-digit PIN.',
    }),
  }
}

/** Returns the form of an HSA or FSA card, in the order of forage-ios-sdk ForagePaymentSheet.swift. */
function paymentSheetForm(): InputForm {
  return {
    fields: sheetFields(),
    isSecret: false,
    // The members of forage-ios-sdk ForageAPI.swift. The year has four digits, as in forage-android-sdk.
    complete: (body, texts) => ({
      ...body,
      card: {
        ...(body['card'] as object),
        number: digitsOf(texts['cardNumber'], 16),
        name: texts['cardHolderName']?.trim(),
        zip_code: texts['cardZipCode'],
        exp_month: Number(texts['cardExpiration']?.slice(0, 2)),
        exp_year: 2000 + Number(texts['cardExpiration']?.slice(3)),
        security_code: texts['cardCVV'],
      },
    }),
    // forage-ios-sdk ForageSDK+ForageServices.swift.
    refusal: () => ({
      code: 'payment_sheet_incomplete',
      message: 'Payment sheet is incomplete, double check inputs and try again.',
    }),
  }
}

function sheetFields(): InputField[] {
  return [
    {
      name: 'cardHolderName',
      label: 'Cardholder name',
      attributes: { autocomplete: 'cc-name', autocapitalize: 'words' },
      format: (text) => text,
      problem: (text) => missing(text.trim() !== '', 'Cardholder name required'),
    },
    {
      name: 'cardNumber',
      label: 'Card number',
      attributes: { autocomplete: 'cc-number', inputmode: 'numeric' },
      format: (text) => groupsOfFour(digitsOf(text, 16)),
      problem: (text) => creditNumberProblem(digitsOf(text, 16)),
    },
    {
      name: 'cardExpiration',
      label: 'Expiration date',
      attributes: { autocomplete: 'cc-exp', inputmode: 'numeric', placeholder: 'MM/YY' },
      format: formatExpiration,
      problem: (text) => expirationProblem(text, new Date()),
    },
    {
      name: 'cardCVV',
      label: 'CVV',
      attributes: { autocomplete: 'cc-csc', inputmode: 'numeric' },
      format: (text) => digitsOf(text, 4),
      problem: (text) => missing(text.length >= 3, 'CVV required'),
    },
    {
      name: 'cardZipCode',
      label: 'ZIP code',
      attributes: { autocomplete: 'postal-code', inputmode: 'numeric' },
      format: (text) => digitsOf(text, 9).replace(/^(\d{5})(\d+)$/, '$1-$2'),
      problem: (text) => missing(/^\d{5}(-\d{4})?$/.test(text), 'ZIP code required'),
    },
  ]
}

function missing(isThere: boolean, message: string): FieldProblem | null {
  return isThere ? null : { message, isIncomplete: true }
}

/** The check digit is of Luhn's algorithm (ISO/IEC 7812-1, annex B). */
function creditNumberProblem(digits: string): FieldProblem | null {
  const sum = Array.from(digits, Number)
    .toReversed()
    .reduce(
      (total, digit, index) => total + (index % 2 === 0 ? digit : ((digit * 2) % 10) + (digit > 4 ? 1 : 0)),
      0,
    )
  if (digits.length === 16 && sum % 10 === 0) return null
  return { message: 'Card number required', isIncomplete: digits.length < 16 }
}

/**
 * Adds the slash, also if the text was pasted or filled in as `4/30` or `04/2030`. After a deletion, one digit before the
 * slash is the rest of two: a zero would move the year's digits when the customer types the other one again.
 */
function formatExpiration(text: string, isDeletion = false): string {
  const short = isDeletion ? text : text.replace(/^(\d{1,2})\D+20(\d\d)$/, '$1/$2').replace(/^(\d)\D/, '0$1')
  return digitsOf(short, 4).replace(/^(\d\d)(\d+)$/, '$1/$2')
}

/** A card is valid until the end of its month. */
function expirationProblem(text: string, now: Date): FieldProblem | null {
  const [month = 0, year = 0] = text.split('/').map(Number)
  if (text.length < 5 || month < 1 || month > 12)
    return { message: 'Expiration date required', isIncomplete: text.length < 5 }
  const isOver = new Date(2000 + year, month, 1) <= now
  return isOver ? { message: 'Card is expired', isIncomplete: false } : null
}

function digitsOf(text: string | undefined, max: number): string {
  return (text ?? '').replaceAll(/\D/g, '').slice(0, max)
}

function groupsOfFour(digits: string): string {
  return digits.replaceAll(/(\d{4})(?=\d)/g, '$1 ')
}

export const formFunctions: readonly ((...args: never[]) => unknown)[] = [
  inputForm,
  cardNumberForm,
  cardNumberProblem,
  pinForm,
  paymentSheetForm,
  sheetFields,
  missing,
  creditNumberProblem,
  formatExpiration,
  expirationProblem,
  digitsOf,
  groupsOfFour,
]
