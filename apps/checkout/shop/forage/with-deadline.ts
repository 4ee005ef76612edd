const timeoutMs = 60_000

/** Has the fields of the SDK's own error for an upstream that does not answer (docs.joinforage.app/reference/sdk-errors). */
class TimeoutError extends Error {
  override readonly name = 'TimeoutError'
  readonly httpStatusCode = 504
  readonly code = 'timeout_error'
}

/**
 * Resolves with the SDK's answer, or rejects after a minute, so that the customer does not wait forever. A retry is safe
 * even if the charge is still in progress, because a payment is charged only once.
 */
export async function withDeadline<T>(call: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeoutError('Forage did not answer within a minute.')), timeoutMs)
  })
  try {
    return await Promise.race([call, deadline])
  } finally {
    clearTimeout(timer)
  }
}
