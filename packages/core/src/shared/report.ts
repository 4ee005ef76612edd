/**
 * Calls user code, and waits for it if it is async. If it throws or rejects, reports that as an uncaught error, without
 * ending the process in Node.js, and returns undefined.
 */
export async function guarded<T>(run: () => T | PromiseLike<T>): Promise<T | undefined> {
  try {
    return await run()
  } catch (error) {
    const { reportError = console.error } = globalThis as { reportError?: (error: unknown) => void }
    reportError(error)
    return undefined
  }
}
