import type { EmulatorControl } from '@forage-session/emulator'
import { Hono } from 'hono'

/** What the demo bar does; only with the emulator. The log names tokens by their fingerprints. */
export function demoRoutes(control: EmulatorControl): Hono {
  return new Hono()
    .post('/expire', (c) => c.json({ expired: control.expireSessionTokens() }))
    .get('/log', (c) => c.json({ counts: control.counts(), requests: control.requests() }))
}
