/** Reports an error from user code as uncaught, without ending the process in Node.js. */
export function report(error: unknown): void {
  const { reportError = console.error } = globalThis as { reportError?: (error: unknown) => void }
  reportError(error)
}
