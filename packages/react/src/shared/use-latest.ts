import { useInsertionEffect, useRef, type RefObject } from 'react'

/** The value of the last committed render, for callbacks that outlive it. Set before any layout effect. */
export function useLatest<T>(value: T): Readonly<RefObject<T>> {
  const latest = useRef(value)
  useInsertionEffect(() => {
    latest.current = value
  })
  return latest
}
