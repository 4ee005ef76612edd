import type { ReactNode } from 'react'

/**
 * The picture of an order line, by its id. It says nothing that the name does not say. The drawings in
 * `public/pictures` have flat shapes on a grid of 48 by 48, with the light from the left: a base color, a lighter shade
 * on that side and a darker one on the other. They were drawn for this shop.
 */
export function ProductPicture({ id }: { id: string }): ReactNode {
  const name = id.endsWith('-deposit') ? 'deposit' : id
  return (
    <span className="picture">
      <img src={`/pictures/${name}.svg`} alt="" width="48" height="48" />
    </span>
  )
}
