import { addMethod, addPayment } from '../../checkout.ts'
import { iosSdk } from '../../clients/ios-sdk.ts'
import { expectAnswer, listed } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { ios } from '../../sources.ts'
import { expectError, hsaCard, mobileSdkFacts, sdkOf } from './mobile-sdks.ts'

const { recorded, inferred } = factsOf('7.2')

const mocks = ios('ForageMocks.swift')

export const iosFacts: readonly Fact[] = [
  ...mobileSdkFacts({
    section: '7.2',
    declines: 'inferred',
    name: 'iOS',
    create: iosSdk,
    sources: {
      ebt: ios('ForageAPI.swift, PaymentMethodModel.swift'),
      credit: ios('ForageAPI.swift, PaymentMethodModel.swift'),
      balance: ios('LiveForageService.swift, PaymentMethodModel.swift'),
      capture: ios('LiveForageService.swift, PaymentModel.swift'),
      defer: ios('LiveForageService.swift, Collector.swift'),
      errors: ios('Provider.swift, Collector.swift, ForageErrorModel.swift'),
    },
  }),
  recorded(
    'two-digit-year',
    ios('CardExpiration.swift, ForageServiceTests.swift'),
    'The vault stores an HSA card whose exp_year has two digits.',
    async (api) => {
      const sdk = await sdkOf(api, iosSdk)
      const exp_year = (new Date().getUTCFullYear() % 100) + 4
      const answer = await sdk.tokenizeCredit({ ...hsaCard, exp_year }, `customer-${api.unique()}`)
      expectAnswer(answer, { status: 201, body: sdk.decoders.creditMethod })
    },
    'write',
  ),
  inferred(
    'two-digit-year-answer',
    `${ios('CardExpiration.swift')}, forage-android-sdk ForageSDKTest.kt`,
    'The answer for a year of two digits has four digits.',
    async (api) => {
      const sdk = await sdkOf(api, iosSdk)
      const answer = await sdk.tokenizeCredit({ ...hsaCard, exp_year: 45 }, `customer-${api.unique()}`)
      expectAnswer(answer, { body: { card: { exp_year: 2045 } } })
    },
    'write',
  ),
  inferred(
    'declined-payment',
    ios('PaymentModel.swift, Collector.swift'),
    'A declined capture is 400 with the whole payment, whose status is failed, and `error` in it.',
    async (api) => {
      const sdk = await sdkOf(api, iosSdk)
      const payment = await addPayment(api, await addMethod(api, '4444444444444443'))
      const answer = await sdk.capturePayment(payment, '1234')
      expectAnswer(answer, { status: 400, body: { ref: payment, status: 'failed', receipt: null } })
      expectError(sdk, answer, { httpStatusCode: 400, code: 'ebt_error_43' })
    },
    'write',
  ),
  recorded(
    'tenant',
    mocks,
    'The message about an unknown payment method names the tenant BaseTenant.',
    async (api) => {
      const token = await api.sessionToken()
      const message = /^Payment method with id ca293443f0 does not exist for Tenant BaseTenant using FNS \S+$/
      expectAnswer(await api.send('GET', '/api/payment_methods/ca293443f0/', { token }), {
        status: 404,
        body: listed('resource_not_found', message, { resource: 'Payment_Methods', ref: 'ca293443f0' }),
      })
    },
  ),
  recorded('unknown-payment', mocks, 'The source of an unknown payment is the payment.', async (api) => {
    const token = await api.sessionToken()
    expectAnswer(await api.send('GET', '/api/payments/1767381fd0/', { token }), {
      status: 404,
      body: listed('resource_not_found', undefined, { resource: 'Payments', ref: '1767381fd0' }),
    })
  }),
  recorded(
    'success-date',
    mocks,
    'success_date is in UTC with microseconds, in a version before 2024-05-07 as well.',
    async (api) => {
      const sdk = await sdkOf(api, iosSdk)
      const payment = await addPayment(api, await addMethod(api))
      expectAnswer(await sdk.capturePayment(payment, '1234'), {
        status: 200,
        body: { success_date: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/ },
      })
    },
    'write',
  ),
]
