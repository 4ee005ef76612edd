import { act } from '@testing-library/react'
import { vi } from 'vitest'

/** Hides or shows the page. `vi.restoreAllMocks()` shows it again. */
export function setVisibility(state: 'visible' | 'hidden'): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state)
  act(() => void document.dispatchEvent(new Event('visibilitychange')))
}
