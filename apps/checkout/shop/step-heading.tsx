import { useEffect, useRef, type ReactNode } from 'react'

export interface StepHeadingProps {
  children: string
  /** The first thing on the page: the browser's own focus is right. Default: false. */
  isFirst?: boolean
}

/** Takes the focus, so that a new step is read out and the Tab key goes on from there. */
export function StepHeading({ children, isFirst = false }: StepHeadingProps): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${children} · Harvest Lane Market`
    if (!isFirst) heading.current?.focus()
  }, [children, isFirst])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  )
}
