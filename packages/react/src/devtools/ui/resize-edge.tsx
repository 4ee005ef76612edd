import {
  useCallback,
  useSyncExternalStore,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  type RefObject,
} from 'react'

import type { Position } from '../ui-settings.ts'

export interface ResizeEdgeProps {
  panel: RefObject<HTMLElement | null>
  position: Position
  onHeight: (heightPx: number) => void
}

const stepPx = 20
const lowestPx = 240

/** The edge of the docked panel: its height, by pointer and by the arrow keys (WAI-ARIA APG, window splitter). */
export function ResizeEdge({ panel, position, onHeight }: ResizeEdgeProps): ReactNode {
  const shownPx = useHeight(panel)
  const resize = (wanted: number): void =>
    onHeight(Math.min(highestPx(), Math.max(lowestPx, Math.round(wanted))))

  const onKeyDown = (event: KeyboardEvent): void => {
    const up = position === 'bottom' ? stepPx : -stepPx
    const by = { ArrowUp: up, ArrowDown: -up }[event.key]
    if (by === undefined) return
    event.preventDefault()
    resize(shownPx + by)
  }
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    if (event.button === 0) follow(event.currentTarget, event.pointerId, (y) => resize(heightAt(y, position)))
  }
  return (
    <div
      className="edge"
      // A thematic break cannot be moved.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="separator"
      aria-orientation="horizontal"
      aria-label="Height of the devtools"
      aria-valuenow={shownPx}
      aria-valuemin={lowestPx}
      aria-valuemax={highestPx()}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
    />
  )
}

/** As it is shown, whatever made it so. */
function useHeight(panel: RefObject<HTMLElement | null>): number {
  const subscribe = useCallback(
    (listener: () => void) => {
      const observer = new ResizeObserver(listener)
      if (panel.current) observer.observe(panel.current)
      return () => observer.disconnect()
    },
    [panel],
  )
  return useSyncExternalStore(subscribe, () => Math.round(panel.current?.getBoundingClientRect().height ?? 0))
}

/** A part of the page stays to be used. */
function highestPx(): number {
  return Math.max(lowestPx, Math.round(innerHeight * 0.9))
}

function heightAt(clientY: number, position: Position): number {
  return position === 'bottom' ? innerHeight - clientY : clientY
}

/** Until the pointer is let go, wherever it is. */
function follow(edge: HTMLElement, pointerId: number, onMove: (clientY: number) => void): void {
  const end = new AbortController()
  const { signal } = end
  try {
    edge.setPointerCapture(pointerId)
  } catch {
    // The pointer is gone already.
  }
  edge.addEventListener('pointermove', ({ clientY }) => onMove(clientY), { signal })
  for (const type of ['pointerup', 'pointercancel'])
    edge.addEventListener(type, () => end.abort(), { signal })
}
