import { act } from '@testing-library/react'
import { vi } from 'vitest'

import { onVisibilityChange } from '../src/shared/page.ts'

/** Hides or shows the page. `vi.restoreAllMocks()` shows it again. */
export function setVisibility(state: 'visible' | 'hidden'): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state)
  // While no hook listens, a touch of an earlier test would stay in effect.
  const unsubscribe = onVisibilityChange(() => {})
  act(() => void document.dispatchEvent(new Event('visibilitychange')))
  unsubscribe()
}
