/** Reports an error from user code as uncaught, without ending the process in Node.js. */
export function report(error: unknown): void {
  const { reportError } = globalThis as { reportError?: (error: unknown) => void }
  if (reportError) reportError(error)
  else console.error(error)
}

/** Calls user code, and waits for it if it is async. Reports its error, and returns undefined in that case. */
export async function guarded<T>(run: () => T | PromiseLike<T>): Promise<T | undefined> {
  try {
    return await run()
  } catch (error) {
    report(error)
  }
}
