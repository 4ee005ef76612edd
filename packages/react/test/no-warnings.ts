// Setup file of the React tests. React warns with console.error, and a warning fails a test.
import { afterEach, beforeEach, vi, type MockInstance } from 'vitest'

/** Whether a message reports an error that a test throws on purpose. */
function reportsError(call: readonly unknown[]): boolean {
  return call.some((part) => part instanceof Error || String(part).startsWith('The above error'))
}

/**
 * Warnings that only occur because a test is both server and browser: on a real server useLayout is useEffect, as
 * React 18 requires, and a context belongs to one renderer.
 */
function isOfBothSides([message]: readonly unknown[]): boolean {
  const isAboutBoth = /useLayoutEffect does nothing on the server|Detected multiple renderers/
  return typeof document !== 'undefined' && isAboutBoth.test(String(message))
}

let consoleError: MockInstance<typeof console.error>

beforeEach(() => {
  consoleError = vi.spyOn(console, 'error').mockImplementation(() => {})
})

afterEach(() => {
  const said: unknown[][] = consoleError.mock.calls
  consoleError.mockRestore()
  const warnings = said.filter((call) => !reportsError(call) && !isOfBothSides(call))
  if (warnings.length > 0) throw new Error(`console.error:\n${warnings.map(String).join('\n')}`)
})
