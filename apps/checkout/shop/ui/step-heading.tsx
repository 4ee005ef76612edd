import { useEffect, useRef, type ReactNode } from 'react'

/** The first heading of a page does not take the focus. */
let isFirst = true

/** Takes the focus, so that screen readers announce a new step and the Tab key continues from it. */
export function StepHeading({ children }: { children: string }): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${children} · Harvest Lane Market`
    if (!isFirst) heading.current?.focus()
    isFirst = false
  }, [children])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  )
}

/** Moves the focus to the heading, for example after the focused button was removed. */
export function focusHeading(): void {
  document.querySelector('h1')?.focus()
}
