import type { ForageElement } from '@forage-session/react'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import { SecureForm } from '../forage/secure-form.tsx'
import type { ForageSdk } from '../forage/secure-input.tsx'
import { withDeadline } from '../forage/with-deadline.ts'

export interface NewCardProps {
  sdk: ForageSdk
  testCard: string | null
  isChoosing: boolean
  onStored: (ref: string) => Promise<unknown>
  /** More buttons after the first. */
  children: ReactNode
}

/** Lets the customer enter a card that Forage then keeps. */
export function NewCard({ sdk, testCard, isChoosing, onStored, children }: NewCardProps): ReactNode {
  const store = useMutation({
    mutationFn: (element: ForageElement) => withDeadline(sdk.tokenizeCard(element)),
    // `CardStep` shows this error. Forage has the number by now, so the customer need not type it again.
    onSuccess: ({ ref }) => onStored(ref).catch(() => {}),
  })
  return (
    <>
      <p className="lead">Your card number goes straight to the payment provider. This shop never sees it.</p>
      {testCard !== null && (
        <p className="hint">
          Test card: <code>{testCard}</code>. Use any four digits as the PIN.
        </p>
      )}
      <SecureForm
        sdk={sdk}
        type="tokenize_card"
        label="EBT card number"
        hint="The 16 to 19 digits on the front of the card."
        reentry="Nothing was charged. Please enter your card number again."
        action="Continue to balance"
        isPending={store.isPending || isChoosing}
        pending="Checking your card…"
        error={store.error}
        onSubmit={store.mutateAsync}
      >
        {children}
      </SecureForm>
    </>
  )
}
