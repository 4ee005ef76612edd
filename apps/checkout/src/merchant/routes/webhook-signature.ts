import { createHmac, timingSafeEqual } from 'node:crypto'

export interface WebhookCheck {
  /** Of the endpoint, as Forage's dashboard shows it. */
  secret: string
  /** How old a webhook may be. Infinity where the sender's clock is moved on purpose. */
  toleranceMs: number
  now: number
}

/** Whether `Webhook-Signature: t=SECONDS,v1=HEX` was made with the secret over `SECONDS.BODY`, and lately. */
export function isSigned(header: string, body: string, { secret, toleranceMs, now }: WebhookCheck): boolean {
  const { t = '', v1 = '' } = Object.fromEntries(header.split(',').map((part) => part.trim().split('=')))
  const expected = createHmac('sha256', secret).update(`${t}.${body}`).digest()
  const given = Buffer.from(v1, 'hex')
  const isTheirs = given.length === expected.length && timingSafeEqual(given, expected)
  return isTheirs && Math.abs(now - Number(t) * 1000) <= toleranceMs
}
