import { addMethod, addPayment, asServer, capture, paid, readPayment } from '../../checkout.ts'
import { expectAnswer, expectSuccess, listed } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { llmsText } from '../../sources.ts'

const { documented } = factsOf('5.2')

export const paymentChangeFacts: readonly Fact[] = [
  documented(
    'update',
    llmsText,
    'PATCH sets the amount of a payment.',
    async (api) => {
      const ref = await addPayment(api, await addMethod(api), { amount: undefined })
      const answer = await asServer(api, 'PATCH', `/api/payments/${ref}/`, { amount: '12.34' })
      expectAnswer(answer, { status: 200, body: { ref, amount: '12.34' } })
    },
    'write',
  ),
  documented(
    'update-succeeded',
    llmsText,
    'After a payment succeeded, only metadata and external_order_id change.',
    async (api) => {
      const { ref } = await paid(api)
      const order = `order-${api.unique()}`
      const answer = await asServer(api, 'PATCH', `/api/payments/${ref}/`, {
        amount: '1.00',
        metadata: { aisle: '7' },
        external_order_id: order,
      })
      expectSuccess(answer)
      expectAnswer(await readPayment(api, ref), {
        body: { amount: '20.00', metadata: { aisle: '7' }, external_order_id: order },
      })
    },
    'write',
  ),
  documented(
    'cancel',
    llmsText,
    'A payment that requires confirmation can be canceled.',
    async (api) => {
      const method = await addMethod(api)
      const ref = await addPayment(api, method)
      expectAnswer(await asServer(api, 'POST', `/api/payments/${ref}/cancel/`, {}), {
        status: 200,
        body: { status: /^cancell?ed$/ },
      })
      expectAnswer(await capture(api, method, ref), { status: 400, body: listed('cannot_capture_payment') })
    },
    'write',
  ),
  documented(
    'cancel-failed',
    llmsText,
    'A payment that failed can be canceled.',
    async (api) => {
      const method = await addMethod(api, '4444444444444454')
      const ref = await addPayment(api, method)
      await capture(api, method, ref)
      expectAnswer(await asServer(api, 'POST', `/api/payments/${ref}/cancel/`, {}), {
        status: 200,
        body: { status: /^cancell?ed$/ },
      })
    },
    'write',
  ),
  documented(
    'cancel-succeeded',
    llmsText,
    'A payment that succeeded cannot be canceled.',
    async (api) => {
      const { ref } = await paid(api)
      expectAnswer(await asServer(api, 'POST', `/api/payments/${ref}/cancel/`, {}), { status: 400 })
      expectAnswer(await readPayment(api, ref), { body: { status: 'succeeded' } })
    },
    'write',
  ),
]
