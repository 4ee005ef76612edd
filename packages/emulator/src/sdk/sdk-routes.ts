import type { EmulatorApp, EmulatorContext } from '../context.ts'
import { route } from '../http/route.ts'
import { forageSdkScript } from './forage-sdk.ts'
import { inputPage } from './input-page.ts'

/** The browser SDK: its script at the API's origin, its inputs at the vault's. */
export function mountSdk(app: EmulatorApp, context: EmulatorContext): void {
  route(app, '/sdk/forage.js', {
    GET: (c) => {
      const api = new URL(c.req.url).origin
      const script = forageSdkScript({ api, vault: context.vaultUrl ?? api }, context.switches.sdkErrors)
      return c.body(script, 200, {
        'Content-Type': 'text/javascript; charset=utf-8',
        'Cache-Control': 'no-store',
        // Readable by any page, so that a module or an integrity check may load it.
        'Access-Control-Allow-Origin': '*',
      })
    },
  })
  route(app, '/sdk/input/', {
    GET: (c) =>
      c.html(inputPage(), 200, {
        'Cache-Control': 'no-store',
        'Content-Security-Policy':
          "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'",
        'Referrer-Policy': 'no-referrer',
      }),
  })
}
