import type { ForageSession } from '@forage-session/core'
import { expectTypeOf, test } from 'vitest'

import type { ForageSessionProviderProps } from './forage-session-provider.tsx'

test('the prop session excludes the options of createForageSession', () => {
  expectTypeOf<{ session: ForageSession }>().toExtend<ForageSessionProviderProps>()
  expectTypeOf<{
    tokenSource: '/token'
    checkoutId: string | undefined
  }>().toExtend<ForageSessionProviderProps>()
  expectTypeOf<{ session: ForageSession; tokenSource: '/token' }>().not.toExtend<ForageSessionProviderProps>()
  expectTypeOf<{ session: ForageSession; checkoutId: 'cart-1' }>().not.toExtend<ForageSessionProviderProps>()
  expectTypeOf<{ checkoutId: 'cart-1' }>().not.toExtend<ForageSessionProviderProps>()
})
