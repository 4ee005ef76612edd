import { textField, type Answer, type Api } from '../../api.ts'
import { addMethod, addPayment, asServer, freshCard } from '../../checkout.ts'
import type { CreateSdk, CreditCardFields, MobileSdk, SdkError } from '../../clients/mobile-sdk.ts'
import { expectAnswer, isText, unlike, type Pattern } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import type { Section } from '../../sections.ts'

/** The files of an SDK that build its requests and decode the answers. */
export interface SdkSources {
  readonly ebt: string
  readonly credit: string
  readonly balance: string
  readonly capture: string
  readonly defer: string
  readonly errors: string
}

export interface MobileSdkFacts {
  readonly section: Section
  /** The evidence for the error of a declined capture: no answer is recorded, but a test may have the error. */
  readonly declines: 'recorded' | 'inferred'
  readonly name: string
  readonly create: CreateSdk
  readonly sources: SdkSources
}

/** Both SDKs' tests have this text. */
const WRONG_PIN = 'Invalid PIN or PIN not selected - Invalid PIN'
const FIFTEEN_MINUTES_MS = 15 * 60 * 1000

/** An HSA card of docs.joinforage.app/docs/test-cards. */
export const hsaCard: CreditCardFields = {
  number: '4000051230002839',
  name: 'A Customer',
  zip_code: '94106',
  exp_month: 12,
  exp_year: 2034,
  security_code: '123',
  is_hsa_fsa: true,
}

/** Returns an SDK with the run's session token. */
export async function sdkOf(api: Api, create: CreateSdk): Promise<MobileSdk> {
  return create(api, await api.sessionToken())
}

/** Throws `Mismatch` if the app does not get this error. */
export function expectError(sdk: MobileSdk, answer: Answer, expected: Partial<SdkError>): void {
  const error = sdk.errorIn(answer)
  const different = Object.entries(expected).filter(
    ([name, value]) => error[name as keyof SdkError] !== value,
  )
  if (different.length > 0)
    throw unlike(answer, `the app gets ${error.httpStatusCode} ${error.code} "${error.message}"`)
}

/** A card whose PIN is its last four digits, with a payment. */
async function withPin(
  api: Api,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<{ method: string; payment: string; pin: string }> {
  const pan = `677777777777${freshCard().slice(-4)}`
  const method = await addMethod(api, pan)
  return { method: method.ref, payment: await addPayment(api, method, fields), pin: pan.slice(-4) }
}

/** Returns four digits that are not the PIN. */
function wrong(pin: string): string {
  return pin === '0000' ? '1111' : '0000'
}

async function captureLater(api: Api, payment: string): Promise<Answer> {
  return await asServer(api, 'POST', `/api/payments/${payment}/capture_payment/`, {})
}

function storingFacts({ section, name, create, sources }: MobileSdkFacts): Fact[] {
  const { recorded } = factsOf(section)
  return [
    recorded(
      'store-ebt',
      sources.ebt,
      `The ${name} SDK stores an EBT card and decodes it.`,
      async (api) => {
        const sdk = await sdkOf(api, create)
        const pan = freshCard()
        const answer = await sdk.tokenizeEbt(pan, `customer-${api.unique()}`)
        expectAnswer(answer, { status: 201, body: sdk.decoders.ebtMethod })
        expectAnswer(answer, { body: { type: 'ebt', reusable: true, card: { last_4: pan.slice(-4) } } })
      },
      'write',
    ),
    recorded(
      'store-ebt-refused',
      sources.errors,
      `The ${name} SDK reads why a card number is refused.`,
      async (api) => {
        const sdk = await sdkOf(api, create)
        const answer = await sdk.tokenizeEbt('12345', 'customer')
        expectAnswer(answer, { status: 400, body: { path: '/api/payment_methods/' } })
        expectError(sdk, answer, {
          httpStatusCode: 400,
          code: 'cannot_parse_request_body',
          message: 'EBT Cards must be 16-19 digits long!',
        })
      },
    ),
    recorded(
      'store-hsa',
      sources.credit,
      `The ${name} SDK stores an HSA card at the vault and decodes it.`,
      async (api) => {
        const sdk = await sdkOf(api, create)
        const answer = await sdk.tokenizeCredit(hsaCard, `customer-${api.unique()}`)
        expectAnswer(answer, { status: 201, body: sdk.decoders.creditMethod })
        expectAnswer(answer, { body: { type: 'credit', card: { last_4: '2839', is_hsa_fsa: true } } })
      },
      'write',
    ),
  ]
}

function pinFacts({ section, name, create, sources }: MobileSdkFacts): Fact[] {
  const { recorded } = factsOf(section)
  return [
    recorded(
      'balance',
      sources.balance,
      `The ${name} SDK reads a payment method, sends the PIN to the vault and decodes the balance.`,
      async (api) => {
        const sdk = await sdkOf(api, create)
        const { ref } = await addMethod(api)
        expectAnswer(await sdk.checkBalance(ref, '1234'), { status: 200, body: sdk.decoders.balance })
      },
      'write',
    ),
    recorded(
      'balance-wrong-pin',
      sources.errors,
      `After a balance check with a wrong PIN, an app with the ${name} SDK gets ebt_error_55.`,
      async (api) => {
        const sdk = await sdkOf(api, create)
        const { method, pin } = await withPin(api)
        const answer = await sdk.checkBalance(method, wrong(pin))
        expectAnswer(answer, { status: 400, body: { ref: method, balance: null } })
        expectError(sdk, answer, { httpStatusCode: 400, code: 'ebt_error_55', message: WRONG_PIN })
      },
      'write',
    ),
    recorded(
      'capture',
      sources.capture,
      `The ${name} SDK reads a payment and its card, captures with the payment’s ref as the key, and decodes the payment with its receipt.`,
      async (api) => {
        const sdk = await sdkOf(api, create)
        const { payment, pin } = await withPin(api)
        const answer = await sdk.capturePayment(payment, pin)
        expectAnswer(answer, { status: 200, body: sdk.decoders.payment })
        expectAnswer(answer, {
          body: { ref: payment, status: 'succeeded', receipt: { ref_number: payment } },
        })
      },
      'write',
    ),
    recorded(
      'defer',
      sources.defer,
      `The ${name} SDK gets 204 without a body for a PIN, and the merchant’s server captures later.`,
      async (api) => {
        const sdk = await sdkOf(api, create)
        const { payment, pin } = await withPin(api)
        expectAnswer(await sdk.deferPaymentCapture(payment, pin), { status: 204, body: '' })
        expectAnswer(await captureLater(api, payment), { status: 200, body: sdk.decoders.payment })
      },
      'write',
    ),
    recorded(
      'defer-wrong-pin',
      sources.defer,
      `A wrong PIN of the ${name} SDK is stored, and the later capture is 400 ebt_error_55.`,
      async (api) => {
        const sdk = await sdkOf(api, create)
        const { payment, pin } = await withPin(api)
        expectAnswer(await sdk.deferPaymentCapture(payment, wrong(pin)), { status: 204, body: '' })
        const answer = await captureLater(api, payment)
        expectError(sdk, answer, { httpStatusCode: 400, code: 'ebt_error_55', message: WRONG_PIN })
      },
      'write',
    ),
  ]
}

function declineFacts({ section, name, create, sources, declines }: MobileSdkFacts): Fact[] {
  const { inferred, [declines]: declined } = factsOf(section)
  const details: Pattern = { snap_balance: isText, cash_balance: isText }
  return [
    declined(
      'capture-wrong-pin',
      sources.errors,
      `After a capture with a wrong PIN, an app with the ${name} SDK gets ebt_error_55.`,
      async (api) => {
        const sdk = await sdkOf(api, create)
        const { payment, pin } = await withPin(api)
        const answer = await sdk.capturePayment(payment, wrong(pin))
        expectAnswer(answer, { status: 400 })
        expectError(sdk, answer, { httpStatusCode: 400, code: 'ebt_error_55', message: WRONG_PIN })
      },
      'write',
    ),
    inferred(
      'capture-too-much',
      sources.errors,
      `After a capture of more than the balance, an app with the ${name} SDK gets ebt_error_51 with both balances.`,
      async (api) => {
        const sdk = await sdkOf(api, create)
        const { payment, pin } = await withPin(api, { amount: '10000.00' })
        const answer = await sdk.capturePayment(payment, pin)
        expectError(sdk, answer, { httpStatusCode: 400, code: 'ebt_error_51' })
        expectAnswer({ ...answer, body: sdk.errorIn(answer) }, { body: { details } })
      },
      'write',
    ),
  ]
}

function refusalFacts({ section, name, create, sources }: MobileSdkFacts): Fact[] {
  const { recorded } = factsOf(section)
  const cards = '/api/payment_methods/'
  return [
    recorded(
      'unknown-method',
      sources.errors,
      `The ${name} SDK reads that a payment method is unknown.`,
      async (api) => {
        const token = await api.sessionToken()
        const answer = await api.send('GET', `${cards}e1fff94f29/`, { token })
        expectAnswer(answer, { status: 404 })
        expectError(create(api, token), answer, { httpStatusCode: 404, code: 'resource_not_found' })
      },
    ),
    recorded(
      'expired',
      sources.errors,
      `An app with the ${name} SDK gets 401 expired_session_token from the API and from the vault, with the API’s path.`,
      async (api) => {
        const sdk = create(api, await api.newSessionToken())
        await api.advance(FIFTEEN_MINUTES_MS)
        for (const answer of [
          await sdk.tokenizeEbt(freshCard(), 'customer'),
          await sdk.tokenizeCredit(hsaCard, 'customer'),
        ]) {
          expectAnswer(answer, {
            status: 401,
            body: { path: cards, errors: [{ source: { resource: 'Session_Token', ref: '' } }] },
          })
          expectError(sdk, answer, { code: 'expired_session_token', message: 'This token has expired' })
        }
      },
      'control',
    ),
  ]
}

/** Returns the facts that hold for both mobile SDKs. */
export function mobileSdkFacts(sdk: MobileSdkFacts): Fact[] {
  return [...storingFacts(sdk), ...pinFacts(sdk), ...declineFacts(sdk), ...refusalFacts(sdk)]
}

/** Returns the ref of an EBT card that the SDK stored. */
export async function storedEbt(sdk: MobileSdk, api: Api, pan: string = freshCard()): Promise<string> {
  return textField(await sdk.tokenizeEbt(pan, `customer-${api.unique()}`), 'ref')
}
