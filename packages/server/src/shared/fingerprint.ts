/**
 * Returns 8 hex digits that stand for a token in events and logs: the same token has the same digits everywhere, also
 * in the events of `@forage-session/core`. It is a 32-bit FNV-1a hash, so it identifies a token but proves nothing.
 *
 * @example
 * ```ts
 * import { fingerprint, type ForageServer } from '@forage-session/server'
 *
 * declare const forage: ForageServer
 *
 * const { token } = await forage.mintSessionToken({ merchantAccount: 'mid/123ab45c67' })
 * console.log(`minted ${fingerprint(token)}`)
 * ```
 */
export function fingerprint(token: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < token.length; i++) hash = Math.imul(hash ^ token.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
