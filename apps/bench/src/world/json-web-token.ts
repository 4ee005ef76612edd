/** Returns a JWT without a valid signature. The bench's API remembers its tokens and verifies no signature. */
export function jsonWebToken(claims: object): string {
  return [{ alg: 'HS256', typ: 'JWT' }, claims, 'signature'].map(encoded).join('.')
}

function encoded(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
