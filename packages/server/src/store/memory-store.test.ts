import { describe, expect, it, test } from 'vitest'

import { describeTokenStore } from '../testing.ts'
import { memoryStore } from './memory-store.ts'

const memory = memoryStore({ singleInstance: true })
describeTokenStore('The memory store', () => memory, { describe, test, expect })

it.each([undefined, {}, { singleInstance: false }])(
  'memoryStore throws unless the options confirm a single instance (%j)',
  (options) => {
    expect(() => memoryStore(options as never)).toThrow(/"singleInstance" must be true/)
  },
)
