import { textField, type Api } from '../../api.ts'
import { addMethod, addPayment, asServer, capture } from '../../checkout.ts'
import { androidErrorIn, androidSdk } from '../../clients/android-sdk.ts'
import { flag, readableText, text } from '../../clients/kinds.ts'
import { expectAnswer, fields, listed, unlike } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { android } from '../../sources.ts'
import { hsaCard, mobileSdkFacts, sdkOf, storedEbt } from './mobile-sdks.ts'

const { recorded } = factsOf('7.3')

const unknownPayment = '/api/payments/abc123ref0/capture/'

/** The members that `Refund.kt` and `RefundReceipt.kt` of the SDK's tests read. */
const refund = {
  amount: readableText,
  created: readableText,
  funding_type: readableText,
  ref: readableText,
  status: readableText,
  updated: readableText,
  payment_ref: readableText,
  reason: readableText,
}
const refundReceipt = {
  created: readableText,
  ebt_cash_amount: readableText,
  is_voided: flag,
  last_4: readableText,
  message: readableText,
  snap_amount: readableText,
  ref_number: readableText,
  other_amount: readableText,
  sales_tax_applied: readableText,
  transaction_type: readableText,
  sequence_number: readableText,
}

/** Refunds a payment with the requests of the SDK's integration test. Returns the ref. */
async function refundPayment(api: Api, version: string): Promise<{ payment: string; ref: string }> {
  const method = await addMethod(api)
  const payment = await addPayment(api, method)
  await capture(api, method, payment)
  const answer = await api.send('POST', `/api/payments/${payment}/refunds/`, {
    token: await api.authenticationToken(),
    headers: { 'API-VERSION': version, 'IDEMPOTENCY-KEY': api.unique() },
    body: { amount: '1.00', reason: 'Spoiled', metadata: {} },
  })
  expectAnswer(answer, { status: 201, body: refund })
  return { payment, ref: textField(answer, 'ref') }
}

export const androidFacts: readonly Fact[] = [
  ...mobileSdkFacts({
    section: '7.3',
    declines: 'recorded',
    name: 'Android',
    create: androidSdk,
    sources: {
      ebt: android('PostEcomPaymentMethodRequest.kt, EbtCard.kt'),
      credit: android('PostEcomPaymentMethodRequest.kt, StripeCreditDebitCard.kt'),
      balance: android('EcomBalanceCheckSubmission.kt, Balance.kt'),
      capture: android('EcomCapturePaymentSubmission.kt, Payment.kt'),
      defer: android('EcomDeferCapturePaymentSubmission.kt, MainIntegrationTest.kt'),
      errors: android('EcomErrorResponseParser.kt, MainIntegrationTest.kt'),
    },
  }),
  recorded(
    'defer-too-much',
    android('MainIntegrationTest.kt, ForageErrorDetails.kt'),
    'A later capture of more than the balance is ebt_error_51 with both balances.',
    async (api) => {
      const sdk = await sdkOf(api, androidSdk)
      const payment = await addPayment(api, await addMethod(api), { amount: '10000.00' })
      expectAnswer(await sdk.deferPaymentCapture(payment, '1234'), { status: 204 })
      const answer = await asServer(api, 'POST', `/api/payments/${payment}/capture_payment/`, {})
      expectAnswer(answer, { status: 400 })
      expectAnswer(
        { ...answer, body: sdk.errorIn(answer) },
        { body: { code: 'ebt_error_51', details: { snap_balance: text, cash_balance: text } } },
      )
    },
    'write',
  ),
  recorded(
    'store-ebt-guest',
    android('successful_create_payment_method_without_customer_id.json'),
    'A card without a customer has no customer_id in its answer, and keeps `reusable: false`.',
    async (api) => {
      const sdk = await sdkOf(api, androidSdk)
      const answer = await sdk.tokenizeEbt('9999420000000009', undefined, false)
      expectAnswer(answer, { status: 201, body: sdk.decoders.ebtMethod })
      expectAnswer(answer, { body: { reusable: false } })
      if ('customer_id' in (answer.body as object)) throw unlike(answer, 'there is a customer_id')
    },
    'write',
  ),
  recorded(
    'store-hsa-members',
    android('ForageSDKTest.kt'),
    'The answer for an HSA card has exactly the recorded members: no token, no fingerprint, no customer_id.',
    async (api) => {
      const sdk = await sdkOf(api, androidSdk)
      const answer = await sdk.tokenizeCredit(hsaCard, `customer-${api.unique()}`)
      expectAnswer(answer, {
        status: 201,
        body: fields('ref', 'type', 'reusable', 'card', 'balance', 'billing_details'),
      })
      expectAnswer(answer, { body: { balance: null, billing_details: null } })
      expectAnswer(answer, {
        body: {
          card: fields(
            'brand',
            'exp_month',
            'exp_year',
            'last_4',
            'created',
            'is_hsa_fsa',
            'psp_customer_id',
            'payment_method_id',
          ),
        },
      })
      expectAnswer(answer, {
        body: {
          card: { brand: 'visa', exp_year: 2034, psp_customer_id: /^cus_/, payment_method_id: /^pm_/ },
        },
      })
    },
    'write',
  ),
  recorded(
    'no-bearer',
    android('RosettaErrorResponsePayload.kt'),
    'The vault answers a request without a bearer token with a numeric code, a name and a description.',
    async (api) => {
      const body = { pin: '1234' }
      const answer = await api.send('POST', `/proxy${unknownPayment}`, { merchant: null, body })
      expectAnswer(answer, { status: 401, body: { code: 401 } })
      const { code, message } = androidErrorIn(answer)
      if (code !== 'auth_header_malformed' || message !== 'authorization header malformed')
        throw unlike(answer, `the app gets ${code} "${message}"`)
    },
  ),
  recorded(
    'no-merchant',
    android('unauthorized_capture_request.json'),
    'The vault answers a capture without `Merchant-Account` with missing_merchant_account and the API’s path.',
    async (api) => {
      const token = await api.sessionToken()
      const body = { pin: '1234', card_number_token: 'tok_sandbox_unknown' }
      const headers = { 'API-VERSION': '2024-01-08' }
      const options = { token, merchant: null, headers, body }
      const answer = await api.send('POST', `/proxy${unknownPayment}`, options)
      const source = { resource: 'Merchant_Account_Header', ref: '' }
      const message = 'No merchant account FNS number was provided.'
      expectAnswer(answer, {
        status: [400, 401],
        body: listed('missing_merchant_account', message, source),
      })
      expectAnswer(answer, { body: { path: /^\/api\/payments\/abc123ref0\/capture\/?$/ } })
    },
  ),
  recorded(
    'refund',
    android('MainIntegrationTest.kt, Refund.kt'),
    'A refund of the first version is `processing`, without a receipt.',
    async (api) => {
      const { payment, ref } = await refundPayment(api, 'default')
      const token = await api.authenticationToken()
      const answer = await api.send('GET', `/api/payments/${payment}/refunds/${ref}/`, { token })
      expectAnswer(answer, { status: 200, body: { ...refund, status: 'processing', receipt: null } })
    },
    'write',
  ),
  recorded(
    'refund-receipt',
    android('RefundReceipt.kt'),
    'The receipt of a refund has the refund’s ref and a sequence number.',
    async (api) => {
      const { payment, ref } = await refundPayment(api, '2024-01-08')
      const token = await api.authenticationToken()
      const answer = await api.send('GET', `/api/payments/${payment}/refunds/${ref}/`, { token })
      expectAnswer(answer, { status: 200, body: { receipt: { ...refundReceipt, ref_number: ref } } })
    },
    'write',
  ),
  recorded(
    'unknown-refund',
    android('failed_get_refund.json'),
    'The resource of an unknown refund is `Refund`.',
    async (api) => {
      const { payment } = await refundPayment(api, '2024-01-08')
      const token = await api.authenticationToken()
      const answer = await api.send('GET', `/api/payments/${payment}/refunds/9bf75154be/`, { token })
      const source = { resource: 'Refund', ref: '9bf75154be' }
      expectAnswer(answer, { status: 404, body: listed('resource_not_found', undefined, source) })
    },
    'write',
  ),
  recorded(
    'host-away',
    android('failed_get_message.json of v3.9.0'),
    'ebt_error_91 has the status_code 504 and the words of the fixture.',
    async (api) => {
      const sdk = await sdkOf(api, androidSdk)
      const answer = await sdk.checkBalance(await storedEbt(sdk, api, '5555555555555591'), '1234')
      expectAnswer(answer, {
        body: {
          error: {
            forage_code: 'ebt_error_91',
            message: 'Authorizer not available (time-out) - Host Not Available',
            status_code: 504,
          },
        },
      })
    },
    'write',
  ),
]
