/**
 * Names a token without showing it: 8 hex digits of FNV-1a, 32 bits. Synchronous, and the same in this
 * package, the emulator and the server. For telling tokens apart, not secret-grade.
 */
export function fingerprint(token: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < token.length; index += 1) {
    hash = Math.imul(hash ^ token.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}
