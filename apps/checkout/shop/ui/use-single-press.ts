import { useRef } from 'react'

/**
 * A press while the last one is still being done does nothing. A button is off only with the next render, and the
 * second half of a double click comes before it.
 */
export function useSinglePress(act: () => Promise<unknown>): () => void {
  const isBusy = useRef(false)
  return () => {
    if (isBusy.current) return
    isBusy.current = true
    // Whoever acts shows what became of it.
    void act()
      .catch(() => {})
      .finally(() => (isBusy.current = false))
  }
}
