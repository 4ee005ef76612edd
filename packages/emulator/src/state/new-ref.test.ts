import { expect, test } from 'vitest'

import { createRandom } from '../shared/random.ts'
import { newRef } from './new-ref.ts'

test('a ref that is in use is never issued again', () => {
  const taken = createRandom(1).hex(10)
  const ref = newRef(createRandom(1), new Map([[taken, {}]]))
  expect(ref).toMatch(/^[0-9a-f]{10}$/)
  expect(ref).not.toBe(taken)
})
