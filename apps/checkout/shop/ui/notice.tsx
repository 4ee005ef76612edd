import { useEffect, useRef, type ReactNode } from 'react'

export interface NoticeProps {
  /** `error` interrupts a screen reader, `info` does not. */
  tone: 'error' | 'info'
  title?: string
  /** Whether the notice takes the focus, because it replaces what had it. */
  isFocused?: boolean
  children: ReactNode
}

/** A box with a message for the customer. */
export function Notice({ tone, title, isFocused = false, children }: NoticeProps): ReactNode {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isFocused) box.current?.focus()
  }, [isFocused])
  return (
    <div
      ref={box}
      tabIndex={isFocused ? -1 : undefined}
      className={`notice notice-${tone}`}
      role={tone === 'error' ? 'alert' : 'status'}
    >
      {title !== undefined && <p className="notice-title">{title}</p>}
      <div>{children}</div>
    </div>
  )
}
