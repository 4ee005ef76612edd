import * as v from 'valibot'

// Nothing else of an answer is ever shown: it may repeat what was sent.
const code = v.pipe(v.string(), v.regex(/^\w{1,64}$/))
const oauthError = v.object({ error: code })
const forageErrors = v.object({ errors: v.looseTuple([v.object({ code })]) })

/** The code in an error body of Forage: its list of errors, or OAuth's (RFC 6749 §5.2). */
export function upstreamErrorCode(body: string): string | undefined {
  const value = parseJson(body)
  const oauth = v.safeParse(oauthError, value)
  if (oauth.success) return oauth.output.error
  const forage = v.safeParse(forageErrors, value)
  return forage.success ? forage.output.errors[0].code : undefined
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
