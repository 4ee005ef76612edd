import type { ReactNode } from 'react'

import type { ShopConfig } from '../../src/merchant/api/shop-api.ts'
import { useCheckOut } from '../cart/use-check-out.ts'
import { navigate, useRoute } from '../shared/route.ts'
import { ShopProblemNotice } from '../ui/shop-problem-notice.tsx'
import { StepHeading } from '../ui/step-heading.tsx'
import { useSinglePress } from '../ui/use-single-press.ts'
import { useSignIn } from './use-sign-in.ts'

export interface SignInPageProps {
  config: ShopConfig
  lead?: string
}

const defaultLead = 'Sign in to pay with EBT. This is a demo, so you need no password.'

/** The sign-in page, shown between cart and order, and instead of an order if the customer is signed out. */
export function SignInPage({ config, lead = defaultLead }: SignInPageProps): ReactNode {
  const isFromCart = useRoute().page === 'sign-in'
  const signIn = useSignIn()
  const checkOut = useCheckOut(config.products, { isReplacing: true })
  const choose = async (account: string): Promise<void> => {
    await signIn.mutateAsync(account)
    if (isFromCart) await checkOut.mutateAsync()
  }
  const press = useSinglePress(choose)
  const isPending = signIn.isPending || checkOut.isPending
  return (
    <main className="step alone">
      <StepHeading>Sign in</StepHeading>
      <p className="lead">{lead}</p>
      <ul className="choices">
        {config.customers.map(({ id, name }) => (
          <li key={id}>
            <button
              type="button"
              className="choice"
              aria-disabled={isPending}
              onClick={() => isPending || press(id)}
            >
              <span className="avatar" aria-hidden="true">
                {name.charAt(0)}
              </span>
              {name}
            </button>
          </li>
        ))}
      </ul>
      <ShopProblemNotice error={signIn.error ?? checkOut.error} />
      <div className="actions">
        <button type="button" className="link" onClick={() => (isFromCart ? history.back() : navigate('/'))}>
          Back to cart
        </button>
      </div>
    </main>
  )
}
