import type { ReactNode } from 'react'

import { bananas, beans, chicken, eggs, milk, rice, seltzer, spinach } from '../pictures/food-pictures.tsx'
import { delivery, deposit, giftCard, soap } from '../pictures/other-pictures.tsx'

const pictures: Readonly<Record<string, ReactNode>> = {
  bananas,
  spinach,
  eggs,
  milk,
  rice,
  beans,
  seltzer,
  chicken,
  soap,
  'gift-card': giftCard,
  delivery,
}

/** The picture of an order line, by its id. It says nothing that the name does not say. */
export function ProductPicture({ id }: { id: string }): ReactNode {
  const drawing = pictures[id] ?? (id.endsWith('-deposit') ? deposit : undefined)
  return (
    <span className="picture" aria-hidden="true">
      {drawing !== undefined && <svg viewBox="0 0 48 48">{drawing}</svg>}
    </span>
  )
}
