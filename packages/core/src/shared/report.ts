/** Reports an error from user code as uncaught, without ending the process in Node.js. */
export function report(error: unknown): void {
  const { reportError } = globalThis as { reportError?: (error: unknown) => void }
  if (reportError) reportError(error)
  else console.error(error)
}
