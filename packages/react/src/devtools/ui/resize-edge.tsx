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
const minPx = 240

/** Changes the height of the docked panel by pointer or arrow keys (WAI-ARIA APG, window splitter). */
export function ResizeEdge({ panel, position, onHeight }: ResizeEdgeProps): ReactNode {
  const shownPx = useHeight(panel)
  const resize = (wanted: number): void => onHeight(Math.min(maxPx(), Math.max(minPx, Math.round(wanted))))

  const onKeyDown = (event: KeyboardEvent): void => {
    const up = position === 'bottom' ? stepPx : -stepPx
    const by = { ArrowUp: up, ArrowDown: -up }[event.key]
    if (by === undefined) return
    event.preventDefault()
    resize(shownPx + by)
  }
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    if (event.button === 0)
      followPointer(event.currentTarget, event.pointerId, (y) => resize(heightAt(y, position)))
  }
  return (
    <div
      className="edge"
      // An `<hr>` is no control.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="separator"
      aria-orientation="horizontal"
      aria-label="Height of the devtools"
      aria-valuenow={shownPx}
      aria-valuemin={minPx}
      aria-valuemax={maxPx()}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
    />
  )
}

/** Returns the height on the screen, which the page or the window may have changed as well. */
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

/** A part of the page stays visible. */
function maxPx(): number {
  return Math.max(minPx, Math.round(innerHeight * 0.9))
}

function heightAt(clientY: number, position: Position): number {
  return position === 'bottom' ? innerHeight - clientY : clientY
}

/** Calls `onMove` until the pointer is released, also outside the edge. */
function followPointer(edge: HTMLElement, pointerId: number, onMove: (clientY: number) => void): void {
  const end = new AbortController()
  const { signal } = end
  try {
    edge.setPointerCapture(pointerId)
  } catch {
    // The pointer was released already.
  }
  edge.addEventListener('pointermove', ({ clientY }) => onMove(clientY), { signal })
  for (const type of ['pointerup', 'pointercancel'])
    edge.addEventListener(type, () => end.abort(), { signal })
}
