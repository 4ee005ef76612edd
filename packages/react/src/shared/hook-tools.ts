import { useEffect, useInsertionEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'

/** Creates a value once per `key`. Unlike `useMemo`, it never drops the value and creates it again. */
export function useKeyed<T>(key: string | object, create: () => T): T {
  const [held, setHeld] = useState(() => ({ key, value: create() }))
  if (held.key === key) return held.value
  const next = { key, value: create() }
  setHeld(next)
  return next.value
}

/**
 * Keeps the value of the last committed render, for callbacks that are called after it. The value is current
 * before any layout effect runs.
 */
export function useLatest<T>(value: T): Readonly<RefObject<T>> {
  const latest = useRef(value)
  useInsertionEffect(() => {
    latest.current = value
  })
  return latest
}

/** `useLayoutEffect` in a browser. In a server rendering, where no effect runs, React 18 would warn about it. */
export const useLayout: typeof useLayoutEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect
