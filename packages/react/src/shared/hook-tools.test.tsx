import { cleanup, renderHook } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'

import { useKeyed } from './hook-tools.ts'

afterEach(cleanup)

test('useKeyed creates a value once per key, however often the component renders', () => {
  const created: string[] = []
  const { result, rerender } = renderHook(
    ({ key }) =>
      useKeyed(key, () => {
        created.push(key)
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
  expect(created).toEqual(['a', 'b'])
})
