/** Forage's `ForageError`, or its older shape with a list of them. */
interface SdkError {
  httpStatusCode?: unknown
  code?: unknown
  errors?: readonly SdkError[]
}

// Forage answers 401 to a missing merchant account as well: a newer token would not help.
const aboutTheMerchant = new Set<unknown>(['missing_merchant_account', 'invalid_merchant_account'])

/** Whether what a call of the SDK rejected with says that its session token was refused. */
export function isSdkTokenError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { httpStatusCode, code, errors } = error as SdkError
  if (Array.isArray(errors) && errors.some(isSdkTokenError)) return true
  return httpStatusCode === 401 && !aboutTheMerchant.has(code)
}
