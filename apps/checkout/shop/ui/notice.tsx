import type { ReactNode } from 'react'

export interface NoticeProps {
  /** `error` interrupts a screen reader, `info` does not. */
  tone: 'error' | 'info'
  title?: string
  children: ReactNode
}

/** A box with a message for the customer. */
export function Notice({ tone, title, children }: NoticeProps): ReactNode {
  return (
    <div className={`notice notice-${tone}`} role={tone === 'error' ? 'alert' : 'status'}>
      {title !== undefined && <p className="notice-title">{title}</p>}
      <div>{children}</div>
    </div>
  )
}
