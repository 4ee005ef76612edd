import { hourMs, minuteMs, secondMs } from './day.ts'

/** The disturbances of the day, which affect all checkouts. */
export interface Weather {
  /** The time in which the merchant's backend answers no request. */
  readonly outage: { readonly from: number; readonly until: number }
  /** Each deploy replaces the instances. For some seconds, some token requests are lost. */
  readonly deploy: { readonly everyMs: number; readonly lastsMs: number; readonly lost: number }
  /** The time at which all authentication tokens are revoked, and with them every earlier session token. */
  readonly revokedAt: number
}

export const aBadDay: Weather = {
  outage: { from: 14 * hourMs + 30 * minuteMs, until: 14 * hourMs + 40 * minuteMs },
  deploy: { everyMs: hourMs, lastsMs: 5 * secondMs, lost: 0.3 },
  revokedAt: 18 * hourMs + 15 * minuteMs,
}

/** Whether the merchant's backend answers a token request. `luck` is in [0, 1). */
export function answers({ outage, deploy }: Weather, at: number, luck: number): boolean {
  if (at >= outage.from && at < outage.until) return false
  return at % deploy.everyMs >= deploy.lastsMs || luck >= deploy.lost
}
