import { useEffect } from 'react'

/** Calls `onStep` when the page shows another step. Each step has its own heading. `onStep` must be stable. */
export function useNextStep(onStep: () => void): void {
  useEffect(() => {
    let last = shownHeading()
    const observer = new MutationObserver(() => {
      const next = shownHeading()
      // Between two steps, the page may show no heading while it loads.
      if (!next.heading || (next.heading === last.heading && next.text === last.text)) return
      last = next
      onStep()
    })
    observer.observe(document.body, { subtree: true, childList: true, characterData: true })
    return () => observer.disconnect()
  }, [onStep])
}

function shownHeading(): { heading: Element | null; text: string | undefined } {
  const heading = document.querySelector('h1')
  return { heading, text: heading?.textContent }
}
