// A setup file of the tests with React: it warns by console.error, and a warning is a failure.
import { afterEach, beforeEach, vi, type MockInstance } from 'vitest'

/** What is told of an error that a test throws on purpose is no warning. */
function reportsError(call: readonly unknown[]): boolean {
  return call.some((part) => part instanceof Error || String(part).startsWith('The above error'))
}

/**
 * Of a test that is server and browser in one: there useLayout is useEffect, which React 18 wants, and contexts
 * belong to one renderer.
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
