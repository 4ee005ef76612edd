/**
 * The value of `Webhook-Signature`: `t=SECONDS,v1=HEX`, an HMAC-SHA256 with the endpoint's secret over
 * `SECONDS.BODY`. That there is such a header, and a timestamp to check, is documented
 * (docs.joinforage.app/docs/webhooks-configure); the scheme is not, this is the one most services have.
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
