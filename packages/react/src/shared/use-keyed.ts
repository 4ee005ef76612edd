import { useState } from 'react'

/** Made once for each value of `key`. Unlike `useMemo`, which may forget, it is never made again for the same. */
export function useKeyed<T>(key: string | object, make: () => T): T {
  const [held, setHeld] = useState(() => ({ key, value: make() }))
  if (held.key === key) return held.value
  const next = { key, value: make() }
  setHeld(next)
  return next.value
}
