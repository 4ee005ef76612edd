import type { Answer, Api } from '../api.ts'
import { Mismatch } from '../check-errors.ts'
import { expectAnswer, unlike, type Pattern } from '../expect.ts'

/** A credit card, as the fields of a payment sheet have it. */
export interface CreditCardFields {
  readonly number: string
  readonly name: string
  readonly zip_code: string
  readonly exp_month: number
  readonly exp_year: number
  readonly security_code: string
  readonly is_hsa_fsa: boolean
}

/** The error that an app gets from an SDK. */
export interface SdkError {
  readonly httpStatusCode: number
  readonly code: string
  readonly message: string
  readonly details?: Readonly<Record<string, unknown>> | undefined
}

/**
 * A mobile SDK of Forage. Each call sends the SDK's requests in its order and returns the last answer. It throws `Mismatch`
 * if the SDK could not decode an answer before that.
 */
export interface MobileSdk {
  tokenizeEbt(number: string, customerId?: string, reusable?: boolean): Promise<Answer>
  tokenizeCredit(card: CreditCardFields, customerId: string): Promise<Answer>
  checkBalance(paymentMethod: string, pin: string): Promise<Answer>
  capturePayment(payment: string, pin: string): Promise<Answer>
  deferPaymentCapture(payment: string, pin: string): Promise<Answer>
  /** The members that the SDK's decoders need. */
  readonly decoders: Decoders
  /** Returns the error that the SDK reads in an answer. Throws `Mismatch` if it would only report an unknown error. */
  errorIn(answer: Answer): SdkError
}

export interface Decoders {
  readonly ebtMethod: Pattern
  readonly creditMethod: Pattern
  readonly balance: Pattern
  /** A captured payment with its receipt. */
  readonly payment: Pattern
}

/** Creates an SDK that uses this session token. */
export type CreateSdk = (api: Api, token: string) => MobileSdk

/** Returns the part of `card.token` that goes to the vault. Both SDKs take the third and fail without it. */
export function vaultTokenIn(answer: Answer): string {
  const { card } = answer.body as { card: { token: string } }
  const [, , vaultToken] = card.token.split(',')
  if (vaultToken) return vaultToken
  throw unlike(answer, 'card.token has no third part')
}

/** Returns the object at a path of member names. */
export function memberAt(body: unknown, names: readonly string[]): Record<string, unknown> | undefined {
  let value = body
  for (const name of names) value = (value as Record<string, unknown> | null | undefined)?.[name]
  return typeof value === 'object' && value !== null ? { ...value } : undefined
}

/** Returns a text at a path of member names. Throws `Mismatch` if there is no text. */
export function textAt(answer: Answer, ...names: readonly string[]): string {
  const value = memberAt(answer.body, names.slice(0, -1))?.[names.at(-1) ?? '']
  if (typeof value === 'string') return value
  throw unlike(answer, `${names.join('.')} is not a text`)
}

/** Returns whether the answer's body matches the pattern. */
export function matches(answer: Answer, body: Pattern): boolean {
  try {
    expectAnswer(answer, { body })
    return true
  } catch (error) {
    if (error instanceof Mismatch) return false
    throw error
  }
}
