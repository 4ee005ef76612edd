/**
 * Tells tokens apart in events and logs without showing them: 32-bit FNV-1a over the UTF-16 code units,
 * 8 hex digits. The same in core and emulator, so that one token can be followed over all three. Not secret-grade.
 */
export function fingerprint(token: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < token.length; i++) hash = Math.imul(hash ^ token.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
