import { textField, type Answer, type Api } from '../../api.ts'
import { addMethod } from '../../checkout.ts'
import { androidSdk } from '../../clients/android-sdk.ts'
import { expectAnswer, expectRefused, isText } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { captureSession, hostedSession } from '../../hosted.ts'
import { docs } from '../../sources.ts'
import { hsaCard, sdkOf } from '../clients/mobile-sdks.ts'

const { documented, inferred } = factsOf('5.4')

const reference = docs('reference/forage-sessions')

async function balanceSession(api: Api, fields: Record<string, unknown>): Promise<Answer> {
  const body = {
    success_redirect_url: 'https://shop.example/yes',
    cancel_redirect_url: 'https://shop.example/no',
    ...fields,
  }
  const headers = { 'Idempotency-Key': api.unique() }
  return await api.send('POST', '/api/balance_sessions/', { token: await api.sessionToken(), body, headers })
}

const order = {
  status: 'draft',
  ref: /^[0-9a-f]{10}$/,
  redirect_url: /^https?:\/\/[^/]+\/.*order=[0-9a-f]{10}/,
  supported_benefits: ['snap', 'ebt_cash', 'non_ebt'],
  previous_errors: [],
}

export const sessionFacts: readonly Fact[] = [
  documented(
    'hosted',
    reference,
    'A Fully Hosted session returns a draft order and the URL where it is paid.',
    async (api) => {
      expectAnswer(await hostedSession(api), { status: [200, 201], body: order })
    },
    'write',
  ),
  documented(
    'hosted-totals',
    reference,
    'The totals of a Fully Hosted session are strings.',
    async (api) => {
      const totals = { snap_total: '25.99', ebt_cash_total: '20.00', remaining_total: '5.99' }
      expectAnswer(await hostedSession(api), { body: totals })
    },
    'write',
  ),
  documented(
    'hosted-without-totals',
    docs('reference/version-history'),
    'From version 2025-08-04 on a Fully Hosted session has no totals.',
    async (api) => {
      const answer = await hostedSession(api, '2025-08-04')
      expectAnswer(answer, {
        status: [200, 201],
        body: {
          snap_total: undefined,
          ebt_cash_total: undefined,
          remaining_total: undefined,
          status: 'draft',
        },
      })
    },
    'write',
  ),
  documented(
    'hosted-scope',
    docs('reference/create-authentication-token'),
    'A token of scope pinpad_only opens no Fully Hosted session.',
    async (api) => {
      const token = await api.authenticationToken()
      expectRefused(
        await api.send('POST', '/api/sessions/', {
          token,
          body: {},
          headers: { 'Idempotency-Key': api.unique() },
        }),
      )
    },
  ),
  documented(
    'custom',
    reference,
    'A Custom session returns a draft order.',
    async (api) => {
      expectAnswer(await captureSession(api), {
        status: [200, 201],
        body: { status: 'draft', ref: /^[0-9a-f]{10}$/, redirect_url: isText },
      })
    },
    'write',
  ),
  documented(
    'custom-details',
    docs('reference/version-history'),
    'From version 2024-03-05 on a Custom session takes payment_details instead of totals.',
    async (api) => {
      const method = await addMethod(api)
      const details = { ebt_snap: { payment_method: method.ref, amount: '25.99' } }
      const answer = await captureSession(api, '2024-03-05', { payment_details: details })
      expectAnswer(answer, {
        status: [200, 201],
        body: { payment_details: { ebt_snap: { payment_method: method.ref } } },
      })
    },
    'write',
  ),
  documented(
    'balance',
    reference,
    'A balance session returns the URL where the PIN is entered.',
    async (api) => {
      const method = await addMethod(api)
      expectAnswer(await balanceSession(api, { payment_method: method.ref }), {
        status: [200, 201],
        body: { ref: isText, redirect_url: /^https?:\/\// },
      })
    },
    'write',
  ),
  inferred(
    'balance-read',
    docs('reference/view-balance-session'),
    'A balance session is read by its ref, and has no balance. The page has the path without a ref.',
    async (api) => {
      const { ref } = await addMethod(api)
      const opened = await balanceSession(api, { payment_method: ref })
      const path = `/api/balance_sessions/${textField(opened, 'ref')}/`
      expectAnswer(await api.send('GET', path, { token: await api.sessionToken() }), {
        status: 200,
        body: { success_redirect_url: isText, cancel_redirect_url: isText, balance: undefined },
      })
    },
    'write',
  ),
  documented(
    'balance-not-ebt',
    docs('reference/create-balance-session-1'),
    'A balance session of a card that is not an EBT card is 400.',
    async (api) => {
      const sdk = await sdkOf(api, androidSdk)
      const stored = await sdk.tokenizeCredit(hsaCard, `customer-${api.unique()}`)
      expectAnswer(await balanceSession(api, { payment_method: textField(stored, 'ref') }), { status: 400 })
    },
    'write',
  ),
  documented('balance-body', reference, 'A balance session requires a payment method.', async (api) => {
    expectAnswer(await balanceSession(api, {}), { status: 400 })
  }),
]
