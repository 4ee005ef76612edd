import type { ReactNode } from 'react'

import { useSinglePress } from './use-single-press.ts'

export interface PrimaryButtonProps {
  /** Sets `aria-disabled`. Unlike `disabled`, this keeps the focus for keyboard users. */
  isDisabled: boolean
  /** Whether the press cannot be undone. It changes only the color. */
  isGrave?: boolean
  /** Default: the button submits its form. */
  onPress?: () => Promise<unknown>
  children: ReactNode
}

/** The button of the next step. A double click counts as one press. */
export function PrimaryButton({
  isDisabled,
  isGrave = false,
  onPress,
  children,
}: PrimaryButtonProps): ReactNode {
  const press = useSinglePress(onPress ?? (async () => {}))
  return (
    <button
      type={onPress ? 'button' : 'submit'}
      className={isGrave ? 'primary grave' : 'primary'}
      aria-disabled={isDisabled}
      onClick={(event) => (isDisabled ? event.preventDefault() : press())}
    >
      {children}
    </button>
  )
}
