/**
 * Returns the value of `Webhook-Signature`: `t=SECONDS,v1=HEX`, where `HEX` is the HMAC-SHA256 of `SECONDS.BODY` with the
 * endpoint's secret. The docs mention this header and its timestamp (docs.joinforage.app/docs/webhooks-configure), but
 * not the scheme: this is the scheme of most services.
 */
export async function webhookSignature(secret: string, atMs: number, body: string): Promise<string> {
  const seconds = Math.floor(atMs / 1000)
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', encode(secret), algorithm, false, ['sign'])
  const mac = await crypto.subtle.sign('HMAC', key, encode(`${seconds}.${body}`))
  return `t=${seconds},v1=${hex(new Uint8Array(mac))}`
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
