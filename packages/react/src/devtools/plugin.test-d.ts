import type { TanStackDevtoolsReactPlugin } from '@tanstack/react-devtools'
import { expectTypeOf, test } from 'vitest'

import { forageSessionDevtoolsPlugin } from '../devtools.ts'

test('the plugin has the type of a TanStack Devtools plugin', () => {
  expectTypeOf(forageSessionDevtoolsPlugin).toExtend<TanStackDevtoolsReactPlugin>()
})
