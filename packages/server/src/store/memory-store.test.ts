import { describe, expect, it, test } from 'vitest'

import { describeTokenStore } from '../testing.ts'
import { memoryStore } from './memory-store.ts'

const memory = memoryStore({ singleInstance: true })
describeTokenStore('The memory store', () => memory, { describe, test, expect })

it.each([undefined, {}, { singleInstance: false }])(
  'refuses to be made without a word that there is one process (%j)',
  (options) => {
    expect(() => memoryStore(options as never)).toThrow(/"singleInstance" must be true/)
  },
)
