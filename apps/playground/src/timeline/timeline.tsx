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
  const latest = entries.at(-1)?.id
  useEffect(() => {
    const { current } = list
    if (current && latest !== undefined) current.scrollTop = current.scrollHeight
  }, [latest])
  return (
    // The list must be focusable, so that it can be scrolled with the keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
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
