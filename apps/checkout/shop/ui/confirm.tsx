import { useId, useLayoutEffect, useRef, type ReactNode } from 'react'

import { PrimaryButton } from './primary-button.tsx'

export interface ConfirmProps {
  title: string
  /** The consequences for the customer. */
  children: ReactNode
  /** The text of the button that confirms. */
  action: string
  isPending: boolean
  /** The text of that button while `isPending` is true. */
  pending: string
  /** The text of the button that changes nothing. */
  keep: string
  onConfirm: () => Promise<unknown>
  onClose: () => void
}

/**
 * Asks before something that cannot be undone. It is a modal dialog, so the focus stays in it, Escape closes it, and the
 * focus then returns to the button that opened it.
 */
export function Confirm({ title, children, keep, onClose, ...props }: ConfirmProps): ReactNode {
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  const keepButton = useRef<HTMLButtonElement>(null)
  // The focus returns to the opener only if the dialog closes before React removes it.
  useLayoutEffect(() => {
    const shown = dialog.current
    shown?.showModal()
    // A key that was meant for the page before must not confirm.
    keepButton.current?.focus()
    return () => shown?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      className="confirm"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
      onCancel={(event) => {
        event.preventDefault()
        if (!props.isPending) onClose()
      }}
      // Chromium closes the dialog at a second Escape without this question to the page.
      onClose={(event) => {
        if (event.currentTarget.open) return
        if (props.isPending) event.currentTarget.showModal()
        else onClose()
      }}
    >
      <h2 id={`${id}-title`}>{title}</h2>
      <div id={`${id}-text`}>{children}</div>
      <div className="actions">
        <PrimaryButton isDisabled={props.isPending} isGrave onPress={props.onConfirm}>
          {props.isPending ? props.pending : props.action}
        </PrimaryButton>
        <button ref={keepButton} type="button" className="quiet" disabled={props.isPending} onClick={onClose}>
          {keep}
        </button>
      </div>
    </dialog>
  )
}
