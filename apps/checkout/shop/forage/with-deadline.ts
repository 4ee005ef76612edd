const longestMs = 60_000

/** The SDK's own words for an upstream that does not answer (docs.joinforage.app/reference/sdk-errors). */
class TimeoutError extends Error {
  override readonly name = 'TimeoutError'
  readonly httpStatusCode = 504
  readonly code = 'timeout_error'
}

/**
 * What the SDK answers, or a rejection after a minute: nobody looks at "Paying…" without end. A charge that is still
 * on its way can be asked for again, since the same payment is charged once.
 */
export async function answeredInTime<T>(asked: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeoutError('Forage did not answer within a minute.')), longestMs)
  })
  try {
    return await Promise.race([asked, late])
  } finally {
    clearTimeout(timer)
  }
}
