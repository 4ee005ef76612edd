import { useEffect, useRef, type ReactNode } from 'react'

import type { Entry, Source } from '../world/history.ts'

const sources: Readonly<Record<Source, string>> = {
  page: 'Page',
  'second-tab': 'Second tab',
  forage: 'Forage',
  you: 'You',
}

/** Lists what happened, the latest at the end, which stays in view. */
export function Timeline({ entries }: { readonly entries: readonly Entry[] }): ReactNode {
  const list = useRef<HTMLOListElement>(null)
  useEffect(() => {
    const { current } = list
    if (current) current.scrollTop = current.scrollHeight
  }, [entries.length])
  return (
    // A list that scrolls can be reached by keyboard.
    <ol className="pg-entries" ref={list} tabIndex={0} aria-label="Timeline">
      {entries.map(({ id, at, source, tone, words }) => (
        <li key={id} className={`pg-entry pg-tone-${tone}`}>
          <time>{clockOf(at)}</time>
          <span className={`pg-source pg-source-${source}`}>{sources[source]}</span>
          <span>{words}</span>
        </li>
      ))}
    </ol>
  )
}

function clockOf(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return parts.map((part) => String(part).padStart(2, '0')).join(':')
}
