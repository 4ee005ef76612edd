import type { ReactNode } from 'react'

import type { Eligibility } from '../../src/merchant/api/shop-api.ts'

const words: Readonly<Record<Eligibility, string>> = {
  ebt_snap: 'EBT SNAP',
  ebt_cash: 'EBT Cash',
  none: 'Not payable with EBT',
}

export function EligibilityTag({ eligibility }: { eligibility: Eligibility }): ReactNode {
  return <span className={`tag tag-${eligibility}`}>{words[eligibility]}</span>
}
