import { useRef } from 'react'

/**
 * A press while the last one is still being done does nothing. A button is disabled only with the next render, and the
 * second half of a double click comes before it.
 */
export function useSinglePress<Arguments extends unknown[]>(
  act: (...args: Arguments) => Promise<unknown>,
): (...args: Arguments) => void {
  const isBusy = useRef(false)
  return (...args) => {
    if (isBusy.current) return
    isBusy.current = true
    // Whoever acts shows what became of it.
    void act(...args)
      .catch(() => {})
      .finally(() => (isBusy.current = false))
  }
}
