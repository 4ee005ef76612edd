import type { TanStackDevtoolsReactPlugin } from '@tanstack/react-devtools'
import { expectTypeOf, test } from 'vitest'

import { forageSessionDevtoolsPlugin } from '../devtools.ts'

test('the plugin is one of TanStack Devtools', () => {
  expectTypeOf(forageSessionDevtoolsPlugin).toExtend<TanStackDevtoolsReactPlugin>()
})
