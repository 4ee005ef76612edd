import { useRef } from 'react'

/**
 * Returns a function that ignores presses while `action` runs. A disabled button is not enough, because the second click
 * of a double click comes before the next render.
 */
export function useSinglePress<G extends unknown[]>(
  action: (...given: G) => Promise<unknown>,
): (...given: G) => void {
  const isBusy = useRef(false)
  return (...given) => {
    if (isBusy.current) return
    isBusy.current = true
    // The caller shows the action's error.
    void action(...given)
      .catch(() => {})
      .finally(() => (isBusy.current = false))
  }
}
