/** HMAC-SHA256 over a text, as raw bytes. */
export type Sign = (text: string) => Promise<Uint8Array>

/** RFC 7519 §7.1, in compact form: header, claims and signature. */
export async function writeJwt(header: object, claims: object, sign: Sign): Promise<string> {
  const input = [header, claims].map((part) => base64url(new TextEncoder().encode(JSON.stringify(part))))
  return await signed(input.join('.'), sign)
}

export async function signed(text: string, sign: Sign): Promise<string> {
  return `${text}.${base64url(await sign(text))}`
}

/** RFC 4648 §5, without padding (RFC 7515 §2). */
export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}
