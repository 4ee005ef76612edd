import type { ReactNode } from 'react'

import { shopProblemOf } from '../client/shop-client.ts'
import { Notice } from './notice.tsx'

/** Shows why the backend refused a request and what the customer can do. Renders nothing without an error. */
export function ShopProblemNotice({ error }: { error: Error | null }): ReactNode {
  if (!error) return null
  const { title, whatToDo } = shopProblemOf(error)
  return (
    <Notice tone="error" title={title}>
      {whatToDo}
    </Notice>
  )
}
