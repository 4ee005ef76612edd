import type { Rejection } from './rejection.ts'

/** Judges a 401 of `token`: by the verdict of another one where `isShared`, else by a look of its own. */
export type Judge = (token: string, look: () => Promise<Rejection>, isShared: boolean) => Promise<Rejection>

/**
 * What one 401 says of a token holds for the token: a request that does no harm when it is sent again needs no
 * look into its own 401, of which each costs the copy of a body. It waits for one that is under way. A 401 about
 * something else speaks for nobody.
 */
export function createSharedVerdict(): Judge {
  let last: { readonly token: string; readonly rejection: Promise<Rejection> } | undefined
  return async (token, look, isShared) => {
    const isKnown = isShared && last?.token === token && (await last.rejection).ofToken
    if (isKnown) return { ofToken: true, code: undefined }
    const rejection = look()
    last = { token, rejection }
    return await rejection
  }
}
