import type { ForageElement, ForageElementType } from '@forage-session/react'
import { useState, type ReactNode, type SyntheticEvent } from 'react'

import { Notice } from '../ui/notice.tsx'
import { PrimaryButton } from '../ui/primary-button.tsx'
import { useSinglePress } from '../ui/use-single-press.ts'
import { paymentProblem } from './payment-problem.ts'
import { SdkProblem } from './sdk-problem.tsx'
import { SecureInput, type ForageSdk } from './secure-input.tsx'

export interface SecureFormProps {
  sdk: ForageSdk
  type: ForageElementType
  label: string
  hint: string
  /** The text if the customer must type again because the token was refused. */
  reentry: string
  /** The text of the button. */
  action: string
  isPending: boolean
  /** The text of the button while `isPending` is true. */
  pending: string
  /** The error of the last attempt. */
  error: Error | null
  onSubmit: (element: ForageElement) => Promise<unknown>
  /** More buttons after the first. */
  children?: ReactNode
}

/** One secure input with its button and its errors. Enter in the input submits the form, if the SDK passes it on. */
export function SecureForm({ sdk, type, label, hint, children, ...form }: SecureFormProps): ReactNode {
  const [element, setElement] = useState<ForageElement>()
  const [attempt, setAttempt] = useState(0)
  const { isPending, error } = form
  const submit = useSinglePress(async () => element && (await form.onSubmit(element)))
  const onSubmit = (event: SyntheticEvent): void => {
    event.preventDefault()
    submit()
  }
  return (
    <form className="secure-form" onSubmit={onSubmit}>
      <SecureInput key={attempt} sdk={sdk} type={type} label={label} hint={hint} onElement={setElement} />
      {sdk.status === 'failed' ? (
        <SdkProblem onRetry={() => setAttempt((last) => last + 1)} />
      ) : (
        error && <FormProblem error={error} reentry={sdk.needsReentry ? form.reentry : undefined} />
      )}
      <div className="actions">
        <PrimaryButton isDisabled={!element || isPending}>
          {isPending ? form.pending : form.action}
        </PrimaryButton>
        {children}
      </div>
    </form>
  )
}

function FormProblem({ error, reentry }: { error: Error; reentry: string | undefined }): ReactNode {
  if (reentry !== undefined) return <Notice tone="info">{reentry}</Notice>
  const { title, whatToDo } = paymentProblem(error)
  return (
    <Notice tone="error" title={title}>
      {whatToDo}
    </Notice>
  )
}
