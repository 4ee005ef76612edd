import { hourMs, minuteMs, secondMs } from './day.ts'

/** What goes wrong in the day, for everybody. */
export interface Weather {
  /** The merchant's backend answers nobody. */
  readonly outage: { readonly from: number; readonly until: number }
  /** Each hour instances are replaced: for some seconds, some of the token requests are lost. */
  readonly deploy: { readonly everyMs: number; readonly lastsMs: number; readonly lost: number }
  /** All authentication tokens are revoked, and with them every session token of before. */
  readonly revokedAt: number
}

export const aBadDay: Weather = {
  outage: { from: 14 * hourMs + 30 * minuteMs, until: 14 * hourMs + 40 * minuteMs },
  deploy: { everyMs: hourMs, lastsMs: 5 * secondMs, lost: 0.3 },
  revokedAt: 18 * hourMs + 15 * minuteMs,
}

/** Whether the merchant's backend answers a token request. `luck` in [0, 1). */
export function answers({ outage, deploy }: Weather, at: number, luck: number): boolean {
  if (at >= outage.from && at < outage.until) return false
  return at % deploy.everyMs >= deploy.lastsMs || luck >= deploy.lost
}
