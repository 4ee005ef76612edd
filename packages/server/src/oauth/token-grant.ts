import * as v from 'valibot'

/** The members of a token answer that this client uses (RFC 6749 §5.1). */
export interface TokenGrant {
  access_token: string
  /** In seconds. NaN if the member is there and unreadable. */
  expires_in?: number
  scope?: string
  refresh_token?: string
}

/** A token that arrived and cannot be used. It is alive until it is revoked. */
export interface UnusableGrant {
  access_token: string
  unusable: 'token_malformed' | 'token_type_unsupported'
}

const nonEmpty = v.pipe(v.string(), v.nonEmpty())
const seconds = v.union([v.number(), v.pipe(v.string(), v.regex(/^-?\d+(\.\d+)?$/), v.transform(Number))])
const grant = v.object({
  access_token: nonEmpty,
  token_type: v.nullish(v.fallback(v.string(), 'unreadable')),
  // The other members do not decide whether a token arrived: an unreadable one counts as absent.
  expires_in: v.nullish(v.fallback(seconds, Number.NaN)),
  scope: v.fallback(v.nullish(nonEmpty), undefined),
  refresh_token: v.fallback(v.nullish(nonEmpty), undefined),
})

/**
 * Reads a parsed token answer. Undefined if it holds no token. A member that is null counts as absent, and so does a
 * missing `token_type`: a token that arrived is alive, so it is used or revoked.
 */
export function readGrant(answer: unknown): TokenGrant | UnusableGrant | undefined {
  const parsed = v.safeParse(grant, answer)
  if (!parsed.success) return undefined
  const { access_token, token_type, expires_in, scope, refresh_token } = parsed.output
  // A header can carry only printable ASCII.
  if (!/^[\x21-\x7e]+$/.test(access_token)) return { access_token, unusable: 'token_malformed' }
  if (!/^bearer$/i.test(token_type ?? 'bearer')) return { access_token, unusable: 'token_type_unsupported' }
  return {
    access_token,
    ...(typeof expires_in === 'number' && { expires_in }),
    ...(scope && { scope }),
    ...(refresh_token && { refresh_token }),
  }
}
