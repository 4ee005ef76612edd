import { Mismatch } from '../../check-errors.ts'
import { addMethod, addPayment, asServer, collectPin, readPayment } from '../../checkout.ts'
import { described, expectAnswer, expectSuccess } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { android, docs } from '../../sources.ts'
import { receipt } from './patterns.ts'

const { recorded, documented, inferred } = factsOf('5.2')

const serverSide = docs('docs/capture-ebt-payments-server-side')

export const deferredCaptureFacts: readonly Fact[] = [
  recorded(
    'collect-pin',
    android('RosettaDeferCapturePaymentRequest.kt'),
    'Collecting a PIN for later is 204 without a body.',
    async (api) => {
      const method = await addMethod(api)
      const ref = await addPayment(api, method, { amount: undefined })
      expectAnswer(await collectPin(api, method, ref), { status: 204, body: '' })
      expectAnswer(await readPayment(api, ref), { body: { status: 'requires_confirmation', receipt: null } })
    },
    'write',
  ),
  documented(
    'deferred',
    serverSide,
    'With a collected PIN the merchant’s server captures the payment and gets it with its receipt.',
    async (api) => {
      const method = await addMethod(api)
      const ref = await addPayment(api, method, { amount: undefined })
      await collectPin(api, method, ref)
      expectSuccess(await asServer(api, 'PATCH', `/api/payments/${ref}/`, { amount: '20.00' }))
      expectAnswer(await asServer(api, 'POST', `/api/payments/${ref}/capture_payment/`, {}), {
        status: 200,
        body: { ref, status: 'succeeded', receipt },
      })
    },
    'write',
  ),
  inferred(
    'deferred-without-pin',
    serverSide,
    'Without a collected PIN the merchant’s server cannot capture the payment.',
    async (api) => {
      const ref = await addPayment(api, await addMethod(api))
      const answer = await asServer(api, 'POST', `/api/payments/${ref}/capture_payment/`, {})
      expectAnswer(answer, { status: 400 })
      const missingPin = answer.text.includes('ebt_error_55') ? 'ebt_error_55' : 'cannot_capture_payment'
      return { note: `as guessed: ${described(answer)}`, choice: { missingPin } }
    },
    'write',
  ),
  documented(
    'pin-stays',
    serverSide,
    'A collected PIN is in no answer.',
    async (api) => {
      const method = await addMethod(api)
      const ref = await addPayment(api, method, { amount: undefined, description: 'Later' })
      const pin = '8391'
      expectAnswer(await collectPin(api, method, ref, pin), { status: 204 })
      const { body } = await readPayment(api, ref)
      const { pin: shown, ...rest } = body as Record<string, unknown>
      if (shown !== undefined || JSON.stringify(rest['metadata']).includes(pin))
        throw new Mismatch('the PIN is in the payment')
    },
    'write',
  ),
]
