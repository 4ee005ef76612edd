import type { ForageSession, SessionState } from '@forage-session/core'
import { skipToken } from '@tanstack/react-query'
import type { KyInstance } from 'ky'
import { describe, expectTypeOf, test } from 'vitest'

import {
  useForageClient,
  useForageMutation,
  useForageQuery,
  useForageSdk,
  useForageSession,
  useSessionStatus,
  useSuspenseForageSession,
  type ForageElement,
  type SessionGateProps,
  type UseForageMutationOptions,
  type UseForageQueryOptions,
} from './index.ts'

interface Card {
  readonly ref: string
  readonly balance: { readonly snap: string } | null
}

describe('useForageQuery', () => {
  test('the data of useForageQuery has the type that queryFn returns', () => {
    const query = useForageQuery({
      queryKey: ['card', 7],
      queryFn: ({ forage, signal, queryKey }) => {
        expectTypeOf(forage).toEqualTypeOf<KyInstance>()
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
        expectTypeOf(queryKey).toEqualTypeOf<
          readonly ['forage', string | undefined, ...(readonly ['card', 7])]
        >()
        return forage.get('api/payment_methods/1f148fe399/').json<Card>()
      },
    })
    expectTypeOf(query.data).toEqualTypeOf<Card | undefined>()
    expectTypeOf(query.error).toEqualTypeOf<Error | null>()
  })

  test('select changes the type of the data', () => {
    const query = useForageQuery({
      queryKey: ['card'],
      queryFn: ({ forage }) => forage.get('api/payment_methods/1f148fe399/').json<Card>(),
      select: (card) => card.balance?.snap.length,
    })
    expectTypeOf(query.data).toEqualTypeOf<number | undefined>()
  })

  test('queryFn of useForageQuery accepts skipToken', () => {
    const cardRef = 'none' as string | undefined
    const query = useForageQuery({
      queryKey: ['card', cardRef],
      queryFn: cardRef === undefined ? skipToken : ({ forage }) => forage.get(cardRef).json<Card>(),
    })
    expectTypeOf(query.data).toEqualTypeOf<Card | undefined>()
  })

  test('useForageQuery rejects wrong options', () => {
    const queryFn = async (): Promise<string> => ''
    expectTypeOf<{ queryFn: () => string }>().not.toExtend<UseForageQueryOptions>()
    // @ts-expect-error a query needs a key
    useForageQuery({ queryFn })
    // @ts-expect-error a key is a list
    useForageQuery({ queryKey: 'card', queryFn })
    // @ts-expect-error a query needs a function
    useForageQuery({ queryKey: ['card'] })
    // @ts-expect-error the option does not exist
    useForageQuery({ queryKey: ['card'], queryFn, retries: 3 })
    // @ts-expect-error the context has no client of this name
    useForageQuery({ queryKey: ['card'], queryFn: ({ ky }: { ky: KyInstance }) => ky.get('').json() })
  })
})

describe('useForageMutation', () => {
  test('useForageMutation takes the types of variables and data from mutationFn', () => {
    const capture = useForageMutation({
      mutationFn: ({ amount }: { amount: string }, { forage }) => {
        expectTypeOf(forage).toEqualTypeOf<KyInstance>()
        return forage.post('api/payments/', { json: { amount } }).json<{ ref: string }>()
      },
    })
    expectTypeOf(capture.data).toEqualTypeOf<{ ref: string } | undefined>()
    expectTypeOf(capture.mutate).parameter(0).toEqualTypeOf<{ amount: string }>()
    expectTypeOf(capture.mutateAsync).returns.resolves.toEqualTypeOf<{ ref: string }>()
    // @ts-expect-error an amount is a string
    capture.mutate({ amount: 10 })
  })

  test('a mutation without variables is called without arguments', () => {
    const refresh = useForageMutation({ mutationFn: async () => 1 })
    expectTypeOf(refresh.mutateAsync).toBeCallableWith()
  })

  test('useForageMutation rejects wrong options', () => {
    expectTypeOf<{ mutationFn: () => string }>().not.toExtend<UseForageMutationOptions>()
    // @ts-expect-error a mutation needs a function
    useForageMutation({})
    // @ts-expect-error mutationFn returns a promise
    useForageMutation({ mutationFn: () => 1 })
  })
})

describe('the hooks of the session', () => {
  test('useSessionStatus returns the status or the result of its selector', () => {
    expectTypeOf(useSessionStatus()).toEqualTypeOf<SessionState['status']>()
    expectTypeOf(
      useSessionStatus((state) => (state.status === 'failed' ? state.error.remedy : undefined)),
    ).toEqualTypeOf<string | undefined>()
    // @ts-expect-error no state contains the token
    useSessionStatus((state) => state.token)
    // @ts-expect-error only some states have an expiry
    useSessionStatus((state) => state.expiresAt)
  })

  test('the other hooks return the session or a ky client', () => {
    expectTypeOf(useForageSession()).toEqualTypeOf<ForageSession>()
    expectTypeOf(useSuspenseForageSession()).toEqualTypeOf<ForageSession>()
    expectTypeOf(useForageSession().getToken).toEqualTypeOf<ForageSession['getToken']>()
    expectTypeOf(useForageSession().fetch).toExtend<typeof fetch>()
    expectTypeOf(useForageClient({ timeout: 1000 })).toEqualTypeOf<KyInstance>()
    // @ts-expect-error ky has no such option
    useForageClient({ timeoutMs: 1000 })
  })
})

test('useForageSdk returns its state and the functions of the SDK', () => {
  const load = (): Promise<never> => Promise.reject(new Error('blocked'))
  const sdk = useForageSdk({ load, merchantId: 'mid/123ab45c67', customerId: 'customer-hash' })
  expectTypeOf(sdk.status).toEqualTypeOf<'loading' | 'ready' | 'failed'>()
  expectTypeOf(sdk.needsReentry).toEqualTypeOf<boolean>()
  expectTypeOf(sdk.createElement).returns.toEqualTypeOf<ForageElement>()
  expectTypeOf(sdk.capturePayment).parameters.toEqualTypeOf<[element: ForageElement, paymentRef: string]>()
  // @ts-expect-error the SDK needs a merchant and a customer
  useForageSdk({ load })

  const pin = sdk.createElement('collect_pin')
  pin.on('change', (event) => {
    expectTypeOf(event.type).toEqualTypeOf<'ready' | 'change'>()
    expectTypeOf(event.usecase).toEqualTypeOf<'tokenize_card' | 'collect_pin' | 'payment_sheet'>()
    expectTypeOf(event.error).toEqualTypeOf<{ message: string } | null>()
    // @ts-expect-error this is not the documented shape
    void event.valid
  })
  sdk.createElement('payment_sheet', {
    paymentSheet: {
      paymentType: 'HSAFSA',
      styles: { inputStyles: { borderColor: 'gray' } },
      errorStyles: { inputStyles: { borderColor: 'red' }, labelStyles: { color: 'red' } },
      fields: { cardNumber: { labelText: 'Card number' } },
    },
  })
  // @ts-expect-error there is only one payment type
  sdk.createElement('payment_sheet', { paymentSheet: { paymentType: 'EBT' } })
})

test('the error slot of the gate is a node or a function of the failure', () => {
  expectTypeOf<'wait'>().toExtend<SessionGateProps['error']>()
  const error: SessionGateProps['error'] = ({ error: failure, retry }) => {
    expectTypeOf(failure.remedy).toEqualTypeOf<string>()
    expectTypeOf(retry).toEqualTypeOf<() => void>()
    return failure.code
  }
  expectTypeOf(error).toExtend<SessionGateProps['error']>()
})
