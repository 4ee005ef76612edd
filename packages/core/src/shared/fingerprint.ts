/**
 * Returns a name for a token that does not show it: 8 hex digits of FNV-1a (32 bits). It is synchronous, and the
 * same in this package, the emulator and the server. It tells tokens apart; it does not keep a secret.
 */
export function fingerprint(token: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < token.length; index += 1) {
    hash = Math.imul(hash ^ token.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}
