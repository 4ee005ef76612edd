import { addMethod, addPayment, freshCard } from '../../checkout.ts'
import { expectValue, isText } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import type { SdkOutcome, SdkPage } from '../../forage-js/sdk-page.ts'
import { android, docs } from '../../sources.ts'
import { expectSoon, onPage, texts } from './on-page.ts'

const { documented, inferred } = factsOf('7.1')

const jsErrors = docs('reference/forage-js-errors')

/** Types into a new element and calls a function of the SDK with it. */
async function submit(
  page: SdkPage,
  type: string,
  text: string,
  name: string,
  ...args: readonly unknown[]
): Promise<SdkOutcome> {
  await page.create(type)
  await page.clickInput()
  await page.type(text)
  return await page.call(name, ...args)
}

export const callFacts: readonly Fact[] = [
  documented(
    'tokenize',
    docs('reference/store-an-ebt-card'),
    'tokenizeCard(element) stores the card for reuse and resolves with ref, type, balance and card.',
    onPage(async (page) => {
      const { value } = await submit(page, 'tokenize_card', freshCard(), 'tokenizeCard')
      const isObject = (card: unknown): boolean => typeof card === 'object' && card !== null
      expectValue(
        value,
        { ref: isText, type: 'ebt', balance: null, card: isObject, reusable: true },
        'the result',
      )
    }),
    'write',
  ),
  documented(
    'balance',
    docs('reference/check-the-balance-of-an-ebt-card'),
    'checkBalance(element, ref) resolves with { ebt: { snap, cash }, updated }.',
    onPage(async (page, api) => {
      const { ref } = await addMethod(api)
      const { value } = await submit(page, 'collect_pin', '1234', 'checkBalance', ref)
      expectValue(value, { ebt: { snap: isText, cash: isText }, updated: isText }, 'the result')
    }),
    'write',
  ),
  documented(
    'capture',
    docs('reference/capture-ebt-payment'),
    'capturePayment(element, ref) resolves with the payment: ref, amount and receipt.',
    onPage(async (page, api) => {
      const ref = await addPayment(api, await addMethod(api))
      const { value } = await submit(page, 'collect_pin', '1234', 'capturePayment', ref)
      expectValue(value, { ref, amount: '20.00', receipt: { message: isText } }, 'the result')
    }),
    'write',
  ),
  documented(
    'defer',
    docs('docs/capture-ebt-payments-server-side'),
    'deferPaymentCapture(element, ref) resolves without a value.',
    onPage(async (page, api) => {
      const ref = await addPayment(api, await addMethod(api))
      const { value, error } = await submit(page, 'collect_pin', '1234', 'deferPaymentCapture', ref)
      expectValue(error, undefined, 'the error')
      // A result without a value is null in JSON.
      expectValue(value ?? null, null, 'the value')
    }),
    'write',
  ),
  documented(
    'error',
    jsErrors,
    'A function rejects with a ForageError: httpStatusCode, code and message.',
    onPage(async (page) => {
      const { error } = await submit(page, 'collect_pin', '1234', 'capturePayment', '0ddbcda871')
      expectValue(error, { httpStatusCode: 404, code: 'resource_not_found', message: isText }, 'the error')
    }),
  ),
  inferred(
    'short-pin',
    android('ForageApiResponse.kt'),
    'An incomplete PIN is refused with user_error (400), in the words of the mobile SDKs.',
    onPage(async (page, api) => {
      const { ref } = await addMethod(api)
      const { error } = await submit(page, 'collect_pin', '12', 'checkBalance', ref)
      const message = 'Invalid EBT Card PIN entered. Please enter your 4-digit PIN.'
      expectValue(error, { httpStatusCode: 400, code: 'user_error', message }, 'the error')
    }),
    'write',
  ),
  inferred(
    'pin-emptied',
    android('BaseErrorStrategy.kt'),
    'A PIN that was sent is emptied, also if the operation fails.',
    onPage(async (page, api) => {
      const declined = await addMethod(api, '5555555555555514')
      const { error } = await submit(page, 'collect_pin', '1234', 'checkBalance', declined.ref)
      expectValue(error, { code: 'ebt_error_14' }, 'the error')
      await expectSoon(() => texts(page), [''], 'the texts')
    }),
    'write',
  ),
]
