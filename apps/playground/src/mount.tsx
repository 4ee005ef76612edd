import { createRoot } from 'react-dom/client'

import { Playground, type PlaygroundProps } from './playground.tsx'

// Inside the playground, so that no other page of a site loads it.
import styles from './playground.css?inline'
import timelineStyles from './timeline/timeline.css?inline'

export type { PlaygroundProps }

export interface MountedPlayground {
  /** Shows the same playground with other props. */
  update(props: PlaygroundProps): void
  /** Removes the playground and closes its sessions. */
  unmount(): void
}

/** Shows the playground in an element of the page. */
export function mountPlayground(element: HTMLElement, props: PlaygroundProps): MountedPlayground {
  const root = createRoot(element)
  const update = (latest: PlaygroundProps): void =>
    root.render(
      <>
        <style>{styles + timelineStyles}</style>
        <Playground {...latest} />
      </>,
    )
  update(props)
  return { update, unmount: () => root.unmount() }
}
