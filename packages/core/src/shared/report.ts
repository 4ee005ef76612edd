/** An error of foreign code, as an uncaught one of its own where that ends nothing; Node.js would end the process. */
export function report(error: unknown): void {
  const { reportError } = globalThis as { reportError?: (error: unknown) => void }
  if (reportError) reportError(error)
  else console.error(error)
}
