import { cleanup, renderHook } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'

import { useKeyed } from './use-keyed.ts'

afterEach(cleanup)

test('a value is made once for each key, however often it is rendered', () => {
  const made: string[] = []
  const { result, rerender } = renderHook(
    ({ key }) =>
      useKeyed(key, () => {
        made.push(key)
        return { key }
      }),
    { initialProps: { key: 'a' } },
  )
  rerender({ key: 'a' })
  rerender({ key: 'b' })
  const { current } = result
  rerender({ key: 'b' })
  expect(result.current).toBe(current)
  expect(result.current).toEqual({ key: 'b' })
  expect(made).toEqual(['a', 'b'])
})
