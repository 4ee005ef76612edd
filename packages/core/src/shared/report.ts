/** Reports an error from user code as uncaught, without ending the process in Node.js. */
function report(error: unknown): void {
  const { reportError = console.error } = globalThis as { reportError?: (error: unknown) => void }
  reportError(error)
}

/** Calls user code, and waits for it if it is async. If it throws or rejects, reports that and returns undefined. */
export async function guarded<T>(run: () => T | PromiseLike<T>): Promise<T | undefined> {
  try {
    return await run()
  } catch (error) {
    return report(error) as undefined
  }
}
