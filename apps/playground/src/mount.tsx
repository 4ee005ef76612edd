import { createRoot } from 'react-dom/client'

import { Playground, type PlaygroundProps } from './playground.tsx'

// Inside the playground, so that no other page of a site loads it.
import styles from './playground.css?inline'
import timelineStyles from './timeline/timeline.css?inline'

/** Shows the playground in an element of the page. Returns the function that removes it. */
export function mountPlayground(element: HTMLElement, props: PlaygroundProps): () => void {
  const root = createRoot(element)
  root.render(
    <>
      <style>{styles + timelineStyles}</style>
      <Playground {...props} />
    </>,
  )
  return () => root.unmount()
}
