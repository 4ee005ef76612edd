import { useEffect, useRef, type ReactNode } from 'react'

/** The page's first heading leaves the focus where the browser has it. */
let isFirst = true

/** Takes the focus, so that a new step is read out and the Tab key goes on from there. */
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
