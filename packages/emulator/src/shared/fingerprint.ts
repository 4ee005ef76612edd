/** Returns eight hex digits that identify a token in a log without revealing it: 32-bit FNV-1a over UTF-16 code units. */
export function fingerprint(token: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < token.length; i++) hash = Math.imul(hash ^ token.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
