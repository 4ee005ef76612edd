import { Mismatch } from '../../check-errors.ts'
import { addMethod, asServer, checkBalance, freshCard, paid, postMethod, readMethod } from '../../checkout.ts'
import { described, expectAnswer, expectSuccess, unlike } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { android, docs, llmsText } from '../../sources.ts'
import { decimal, ref, time } from './patterns.ts'

const { recorded, documented, inferred, unknown } = factsOf('5.1')

const reference = docs('reference/payment-methods')

export const paymentMethodFacts: readonly Fact[] = [
  documented(
    'create',
    reference,
    'A stored card is 201, with a ref of ten hex digits and no balance.',
    async (api) => {
      expectAnswer(await postMethod(api, freshCard()), {
        status: 201,
        body: { ref, type: 'ebt', balance: null, reusable: true },
      })
    },
    'write',
  ),
  documented(
    'customer',
    reference,
    'A payment method names its customer.',
    async (api) => {
      const customer = `customer-${api.unique()}`
      expectAnswer(await postMethod(api, freshCard(), { customer_id: customer }), {
        body: { customer_id: customer },
      })
    },
    'write',
  ),
  documented(
    'constant-ref',
    reference,
    'A reusable card of the same customer keeps its ref.',
    async (api) => {
      const pan = freshCard()
      const customer = `customer-${api.unique()}`
      const first = await addMethod(api, pan, { customer_id: customer })
      expectAnswer(await postMethod(api, pan, { customer_id: customer }), {
        status: [200, 201],
        body: { ref: first.ref },
      })
      const other = await addMethod(api, pan)
      if (other.ref === first.ref) throw new Mismatch('another customer has the same ref')
    },
    'write',
  ),
  documented(
    'merchant-optional',
    llmsText,
    'An EBT card is stored without `Merchant-Account` as well.',
    async (api) => {
      const body = {
        type: 'ebt',
        reusable: true,
        card: { number: freshCard() },
        customer_id: `customer-${api.unique()}`,
      }
      expectAnswer(
        await api.send('POST', '/api/payment_methods/', {
          token: await api.sessionToken(),
          merchant: null,
          body,
        }),
        { status: 201 },
      )
    },
    'write',
  ),
  documented(
    'no-network',
    llmsText,
    'Storing a card does not involve the EBT network, so a card that will fail is stored.',
    async (api) => {
      expectAnswer(await postMethod(api, '5555555555555514'), { status: 201 })
    },
    'write',
  ),
  ...[16, 18, 19].map((length) =>
    documented(
      `${length}-digits`,
      docs('docs/test-cards'),
      `A card number may have ${length} digits.`,
      async (api) => {
        expectAnswer(await postMethod(api, `${freshCard()}000`.slice(0, length)), { status: 201 })
      },
      'write',
    ),
  ),
  documented(
    'read',
    reference,
    'A payment method can be read again.',
    async (api) => {
      const method = await addMethod(api)
      expectAnswer(await readMethod(api, method), {
        status: 200,
        body: { ref: method.ref, type: 'ebt', balance: null },
      })
    },
    'write',
  ),
  recorded(
    'balance',
    android('RosettaPinSubmitter.kt'),
    'A balance check returns the ref and the balance, with EBT Cash as `non_snap`.',
    async (api) => {
      const method = await addMethod(api)
      expectAnswer(await checkBalance(api, method), {
        status: 200,
        body: { ref: method.ref, balance: { snap: decimal, non_snap: decimal, updated: time } },
      })
    },
    'write',
  ),
  documented(
    'balance-kept',
    reference,
    'A balance check stores the balance on the payment method.',
    async (api) => {
      const method = await addMethod(api)
      await checkBalance(api, method)
      expectAnswer(await readMethod(api, method), {
        body: { balance: { snap: decimal, non_snap: decimal, updated: time } },
      })
    },
    'write',
  ),
  documented(
    'balance-customer',
    docs('reference/version-history'),
    'From version 2023-05-15 on a balance check requires a customer_id.',
    async (api) => {
      const token = await api.sessionToken()
      const body = { type: 'ebt', reusable: true, card: { number: freshCard() } }
      const answer = await api.send('POST', '/api/payment_methods/', { token, body })
      expectSuccess(answer)
      const { ref: unnamed, card } = answer.body as { ref: string; card: { token: string } }
      const method = { ref: unnamed, vaultToken: card.token.split(',')[2] ?? '', body: {} }
      expectAnswer(await checkBalance(api, method, '1234', { 'API-VERSION': '2023-05-15' }), { status: 400 })
    },
    'write',
  ),
  unknown(
    'benefit-bin',
    docs('reference/errors'),
    'It is undocumented whether the BIN of a test card is supported for type `benefit`.',
    async (api) => {
      const account = { number: '4000051230002839', name: 'Ada', zip_code: '94102', security_code: '123' }
      const card = { ...account, exp_month: 4, exp_year: new Date().getUTCFullYear() + 4, is_hsa_fsa: true }
      const body = { type: 'benefit', card, customer_id: `customer-${api.unique()}`, reusable: true }
      const answer = await api.send('POST', '/proxy/api/payment_methods/', {
        token: await api.sessionToken(),
        body,
      })
      return { note: described(answer), choice: { benefitBins: answer.status < 300 ? 'accept' : 'reject' } }
    },
    'write',
  ),
  inferred(
    'card-token',
    android('RosettaPinSubmitter.kt'),
    'The vault accepts the card token of that card only.',
    async (api) => {
      const [method, other] = [await addMethod(api), await addMethod(api)]
      const answer = await checkBalance(api, { ...method, vaultToken: other.vaultToken })
      if (answer.status < 400) throw unlike(answer, 'the request is not refused')
    },
    'write',
  ),
  inferred(
    'pin-digits',
    docs('docs/test-cards'),
    'A PIN has four digits.',
    async (api) => {
      const answer = await checkBalance(api, await addMethod(api), '12345')
      if (answer.status < 400) throw unlike(answer, 'the request is not refused')
    },
    'write',
  ),
  documented(
    'update',
    llmsText,
    'The merchant’s server may add a customer_id to a payment method without one.',
    async (api) => {
      const method = await addMethod(api, freshCard(), { customer_id: undefined })
      const customer = `customer-${api.unique()}`
      const answer = await asServer(api, 'PATCH', `/api/payment_methods/${method.ref}/`, {
        customer_id: customer,
      })
      expectAnswer(answer, { status: 200, body: { ref: method.ref, customer_id: customer } })
      expectAnswer(await readMethod(api, method), { body: { customer_id: customer } })
    },
    'write',
  ),
  documented(
    'delete',
    llmsText,
    'A payment method can be deleted: the answer is an empty object, and a later read is 404.',
    async (api) => {
      const method = await addMethod(api)
      const answer = await asServer(api, 'DELETE', `/api/payment_methods/${method.ref}/`)
      expectSuccess(answer)
      expectAnswer(await readMethod(api, method), { status: 404 })
    },
    'write',
  ),
  documented(
    'delete-paid',
    llmsText,
    'A payment method with a succeeded payment cannot be deleted.',
    async (api) => {
      const { method } = await paid(api)
      const answer = await asServer(api, 'DELETE', `/api/payment_methods/${method.ref}/`)
      if (![400, 403, 409].includes(answer.status)) throw unlike(answer, 'the request is not refused')
      expectAnswer(await readMethod(api, method), { status: 200 })
    },
    'write',
  ),
]
