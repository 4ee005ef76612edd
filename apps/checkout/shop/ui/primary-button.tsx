import type { ReactNode } from 'react'

import { useSinglePress } from './use-single-press.ts'

export interface PrimaryButtonProps {
  /** It cannot be pressed, and keeps the focus: `disabled` would lose a keyboard's place. */
  isOff: boolean
  onPress: () => Promise<unknown>
  children: ReactNode
}

/** The one thing to do next. A double click is one press. */
export function PrimaryButton({ isOff, onPress, children }: PrimaryButtonProps): ReactNode {
  const press = useSinglePress(onPress)
  return (
    <button type="button" className="primary" aria-disabled={isOff} onClick={() => !isOff && press()}>
      {children}
    </button>
  )
}
