import { skipToken, type UseQueryResult } from '@tanstack/react-query'
import type { KyInstance } from 'ky'
import { expectTypeOf, test } from 'vitest'

import { useForageMutation } from './use-forage-mutation.ts'
import { useForageQuery, type UseForageQueryOptions } from './use-forage-query.ts'

interface Payment {
  amount: string
}

const read = (): Promise<Payment> => Promise.resolve({ amount: '10.00' })

test('the data of a query has the type that queryFn returns', () => {
  const { data, error } = useForageQuery({
    queryKey: ['payment', '0ddbcda871'],
    queryFn: ({ forage, signal, queryKey }) => {
      expectTypeOf(forage).toEqualTypeOf<KyInstance>()
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
      expectTypeOf(queryKey).toEqualTypeOf<readonly ['forage', string | undefined, 'payment', '0ddbcda871']>()
      return forage.get('api/payments/0ddbcda871/').json<Payment>()
    },
  })
  expectTypeOf(data).toEqualTypeOf<Payment | undefined>()
  expectTypeOf(error).toEqualTypeOf<Error | null>()
})

test('select receives the fetched data and changes the type of the data', () => {
  const result = useForageQuery({
    queryKey: ['payment'],
    queryFn: read,
    select: (payment) => {
      expectTypeOf(payment).toEqualTypeOf<Payment>()
      return payment.amount.length
    },
  })
  expectTypeOf(result.data).toEqualTypeOf<number | undefined>()
})

test('with initialData the data is never undefined', () => {
  const given = useForageQuery({ queryKey: ['payment'], queryFn: read, initialData: { amount: '0.00' } })
  expectTypeOf(given.data).toEqualTypeOf<Payment>()
  const made = useForageQuery({ queryKey: ['payment'], queryFn: read, initialData: () => ({ amount: '0' }) })
  expectTypeOf(made.data).toEqualTypeOf<Payment>()
  const maybe = useForageQuery({
    queryKey: ['payment'],
    queryFn: read,
    initialData: undefined,
  })
  expectTypeOf(maybe.data).toEqualTypeOf<Payment | undefined>()
})

test('skipToken is a valid queryFn', () => {
  const isThere = Boolean(globalThis)
  const { data } = useForageQuery({ queryKey: ['payment'], queryFn: isThere ? read : skipToken })
  expectTypeOf(data).toEqualTypeOf<Payment | undefined>()
})

test('enabled is a boolean or a function of the query, as in useQuery', () => {
  useForageQuery({ queryKey: ['payment'], queryFn: read, enabled: false })
  useForageQuery({
    queryKey: ['payment', 1],
    queryFn: read,
    enabled: (query) => {
      expectTypeOf(query.queryKey).toEqualTypeOf<readonly ['forage', string | undefined, 'payment', 1]>()
      return query.state.data === undefined
    },
  })
})

test('the type of the error can be set', () => {
  const result = useForageQuery<Payment, TypeError>({ queryKey: ['payment'], queryFn: read })
  expectTypeOf(result).toEqualTypeOf<UseQueryResult<Payment, TypeError>>()
})

test('a query needs its queryFn', () => {
  expectTypeOf<{ queryKey: ['payment'] }>().not.toExtend<UseForageQueryOptions>()
})

test('a mutation infers its variables and data', () => {
  const { mutate, data, variables } = useForageMutation({
    mutationFn: (amount: string, { forage }) => {
      expectTypeOf(forage).toEqualTypeOf<KyInstance>()
      return forage.post('api/payments/', { json: { amount } }).json<Payment>()
    },
    onMutate: () => 7,
    onError: (error, amount, kept) => {
      expectTypeOf(error).toEqualTypeOf<Error>()
      expectTypeOf(amount).toEqualTypeOf<string>()
      expectTypeOf(kept).toEqualTypeOf<number | undefined>()
    },
  })
  expectTypeOf(data).toEqualTypeOf<Payment | undefined>()
  expectTypeOf(variables).toEqualTypeOf<string | undefined>()
  expectTypeOf(mutate).parameter(0).toEqualTypeOf<string>()
})
