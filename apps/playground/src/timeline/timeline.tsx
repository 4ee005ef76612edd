import { useEffect, useRef, type ReactNode } from 'react'

import type { Entry, Source } from '../world/history.ts'
import { readableTime } from './readable-time.ts'

const sources: Readonly<Record<Source, string>> = {
  page: 'Page',
  'second-tab': 'Second tab',
  backend: 'Backend',
  forage: 'Forage',
  you: 'You',
}

/** Lists what happened, the latest at the end. The end stays in view, unless the reader has scrolled up. */
export function Timeline({ entries }: { readonly entries: readonly Entry[] }): ReactNode {
  const list = useRef<HTMLOListElement>(null)
  const latest = entries.at(-1)?.id
  const isAtEnd = useRef(true)
  useEffect(() => {
    const { current } = list
    if (current && latest !== undefined && isAtEnd.current) current.scrollTop = current.scrollHeight
  }, [latest])
  return (
    // The list must be focusable, so that it can be scrolled with the keyboard.
    <ol
      className="pg-entries"
      ref={list}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label="What happened"
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < 8
      }}
    >
      {entries.map(({ id, at, source, tone, words }) => (
        <li key={id} className={`pg-entry pg-tone-${tone}`}>
          <time>{readableTime(at)}</time>
          <span className={`pg-source pg-source-${source}`}>{sources[source]}</span>
          <span>{words}</span>
        </li>
      ))}
    </ol>
  )
}
