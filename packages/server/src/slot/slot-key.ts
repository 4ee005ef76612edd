export interface SlotIdentity {
  pool: string
  tokenUrl: string
  clientId: string
  scope: string
}

/**
 * The key of a pool's slot. It has everything in it that shapes the token, hashed, so that a changed scope or
 * client never finds another's token; and no secret, no token, no merchant.
 */
export async function slotKey({ pool, tokenUrl, clientId, scope }: SlotIdentity): Promise<string> {
  const identity = new TextEncoder().encode(JSON.stringify([tokenUrl, clientId, scope]))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', identity))
  const hex = Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `fst:1:{${hex}}:${pool}`
}
