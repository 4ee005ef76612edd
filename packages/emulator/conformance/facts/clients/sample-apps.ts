import { textField, type Answer, type Api } from '../../api.ts'
import { addMethod, paymentBody } from '../../checkout.ts'
import { androidSdk } from '../../clients/android-sdk.ts'
import { optional, readableText, text, textMap, texts } from '../../clients/kinds.ts'
import { expectAnswer, expectSuccess, listed, type Pattern } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { android, docs, ios } from '../../sources.ts'
import { hsaCard, sdkOf } from './mobile-sdks.ts'

const { recorded, documented, inferred } = factsOf('7.4')

const repository = android('sample-app PaymentsRepository.kt')
const VERSION = '2025-05-15'

/** The members that `PaymentResponse.kt` of the Android sample reads. */
const androidPayment: Pattern = {
  payment_method: text,
  refunds: texts,
  metadata: optional(textMap),
  ...Object.fromEntries(
    [
      'ref',
      'merchant',
      'funding_type',
      'amount',
      'description',
      'created',
      'updated',
      'status',
      'last_processing_error',
      'success_date',
      'customer_id',
      'requested_amount',
      'authorization_amount',
    ].map((name) => [name, optional(text)]),
  ),
}

/** Sends a request of the Android sample, with the authentication token. */
async function sampleRequest(
  api: Api,
  path: string,
  body: object,
  headers: Record<string, string> = { 'Idempotency-Key': api.unique() },
): Promise<Answer> {
  const token = await api.authenticationToken()
  return await api.send('POST', path, { token, headers: { 'API-VERSION': VERSION, ...headers }, body })
}

async function payByHsa(api: Api, funding_type: string): Promise<string> {
  const sdk = await sdkOf(api, androidSdk)
  const ref = textField(await sdk.tokenizeCredit(hsaCard, `customer-${api.unique()}`), 'ref')
  const body = paymentBody({ ref, vaultToken: '', body: {} }, { funding_type })
  const answer = await sampleRequest(api, '/api/payments/', body)
  expectAnswer(answer, { status: 201, body: androidPayment })
  return textField(answer, 'ref')
}

export const sampleAppFacts: readonly Fact[] = [
  recorded(
    'android-payment',
    repository,
    'A payment with a country in words and a version that no list has is created and can be read.',
    async (api) => {
      const body = paymentBody(await addMethod(api), { customer_id: 'customer' })
      const delivery_address = { ...(body['delivery_address'] as object), country: 'United States' }
      const answer = await sampleRequest(api, '/api/payments/', { ...body, delivery_address })
      expectAnswer(answer, { status: 201, body: androidPayment })
    },
    'write',
  ),
  recorded(
    'android-hsa',
    android('sample-app FlowCreateCreditPaymentViewModel.kt'),
    'A payment with the funding type credit_payfac is created, authorized with request_partial_authorization and captured with its products.',
    async (api) => {
      const ref = await payByHsa(api, 'credit_payfac')
      const authorized = await sampleRequest(api, `/api/payments/${ref}/authorize/`, {
        request_partial_authorization: true,
      })
      expectAnswer(authorized, { status: 200, body: { status: 'authorized' } })
      const amount = textField(authorized, 'amount')
      const product = { gtin: '00300450406026', name: 'Bandages', unit_price: amount, quantity: '1' }
      const captured = await sampleRequest(api, `/api/payments/${ref}/capture_payment/`, {
        capture_amount: amount,
        qualified_healthcare_total: amount,
        qualified_healthcare_subtotal: amount,
        product_list: [{ ...product, eligibility: 'hsa_fsa' }],
      })
      expectSuccess(captured)
      expectAnswer(captured, { body: { ref, status: 'succeeded' } })
    },
    'write',
  ),
  documented(
    'authorize-key',
    docs('reference/authorize-a-payment'),
    'An authorization without an Idempotency-Key is refused.',
    async (api) => {
      const ref = await payByHsa(api, 'credit_tpp')
      expectAnswer(await sampleRequest(api, `/api/payments/${ref}/authorize/`, {}, {}), { status: 400 })
    },
    'write',
  ),
  inferred(
    'requested-amount',
    docs('reference/authorize-a-payment'),
    'With request_partial_authorization the original amount moves to requested_amount, even if all of it is held.',
    async (api) => {
      const ref = await payByHsa(api, 'credit_tpp')
      const partial = { request_partial_authorization: true }
      expectAnswer(await sampleRequest(api, `/api/payments/${ref}/authorize/`, partial), {
        status: 200,
        body: { status: 'authorized', amount: '20.00', requested_amount: '20.00' },
      })
    },
    'write',
  ),
  documented(
    'amount-mismatch',
    docs('reference/sdk-errors'),
    'A capture whose products do not add up to its amount is 400 amount_mismatch.',
    async (api) => {
      const ref = await payByHsa(api, 'credit_tpp')
      const authorized = await sampleRequest(api, `/api/payments/${ref}/authorize/`, {})
      const product = { gtin: '00300450406026', name: 'Bandages', unit_price: '7.00', quantity: '1' }
      const body = { capture_amount: textField(authorized, 'amount'), product_list: [product] }
      expectAnswer(await sampleRequest(api, `/api/payments/${ref}/capture_payment/`, body), {
        status: 400,
        body: listed(
          'amount_mismatch',
          /^Payment amount needs to equal to products amount\. Payment amount: 20\.00, products amount: 7\.00\.$/,
        ),
      })
    },
    'write',
  ),
  recorded(
    'ios-payment',
    ios('Sample CreatePaymentRequest.swift, CreatePaymentResponse.swift'),
    'An amount may be a JSON number, and the answer has it as text.',
    async (api) => {
      const body = paymentBody(await addMethod(api), { amount: 10.5, customer_id: 'customer' })
      const options = { token: await api.authenticationToken(), body: JSON.stringify(body, null, 2) }
      const headers = {
        'IDEMPOTENCY-KEY': api.unique(),
        'API-VERSION': '2023-05-15',
        'Content-Type': 'application/json',
      }
      const answer = await api.send('POST', '/api/payments/', { ...options, headers })
      expectAnswer(answer, {
        status: 201,
        body: {
          amount: '10.50',
          ref: readableText,
          funding_type: /^ebt_(snap|cash)$/,
          payment_method: text,
          merchant: text,
          description: text,
        },
      })
    },
    'write',
  ),
]
