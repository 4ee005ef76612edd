import * as v from 'valibot'

// No other part of an answer is ever shown: it may repeat the request.
const errorCode = v.pipe(v.string(), v.regex(/^\w{1,64}$/))
// A 401 with one of these codes is not about the token (Forage's errors page; fixtures of the Android SDK).
const merchantCodes = new Set(['missing_merchant_account', 'invalid_merchant_account'])
const oauthError = v.object({ error: errorCode })
const forageErrors = v.object({ errors: v.looseTuple([v.object({ code: errorCode })]) })

/** Returns the code in an error body of Forage: from its list of errors, or OAuth's `error` (RFC 6749 §5.2). */
export function upstreamErrorCode(body: string): string | undefined {
  const value = parseJson(body)
  const oauth = v.safeParse(oauthError, value)
  if (oauth.success) return oauth.output.error
  const forage = v.safeParse(forageErrors, value)
  return forage.success ? forage.output.errors[0].code : undefined
}

/** Returns whether Forage refused the merchant account, and not the authentication token. */
export function isMerchantCode(code: string | undefined): boolean {
  return code !== undefined && merchantCodes.has(code)
}

/** Parses JSON. Undefined if it is invalid. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
