import type { ReactNode } from 'react'

import { Notice } from './notice.tsx'
import { ShopError } from './shop-client.ts'

/** Why the backend did not do it, in its own words. */
export function ShopProblemNotice({ error }: { error: Error | null }): ReactNode {
  if (!error) return null
  return (
    <Notice tone="error" title={error instanceof ShopError ? error.title : 'That did not work'}>
      {error.message}
    </Notice>
  )
}
