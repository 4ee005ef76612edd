import type { ReactNode } from 'react'

import { ShopError } from '../api/shop-client.ts'
import { Notice } from './notice.tsx'

/** Why the backend did not do it, in its own words. */
export function ShopProblemNotice({ error }: { error: Error | null }): ReactNode {
  if (!error) return null
  return (
    <Notice tone="error" title={error instanceof ShopError ? error.title : 'That did not work'}>
      {error.message}
    </Notice>
  )
}
