import type { EmulatorApp, EmulatorContext } from '../context/context.ts'
import { mountRoute } from '../http/routes.ts'
import { vaultOrigin } from '../http/vault-origin.ts'
import { forageSdkScript } from './forage-sdk.ts'
import { inputPage } from './input-page.ts'

/** Mounts the browser SDK: its script at the API's origin, its inputs at the vault's. */
export function mountSdk(app: EmulatorApp, context: EmulatorContext): void {
  mountRoute(app, '/sdk/forage.js', {
    GET: (c) => {
      const api = new URL(c.req.url).origin
      const script = forageSdkScript({ api, vault: vaultOrigin(context, c) }, context.switches)
      return c.body(script, 200, {
        'Content-Type': 'text/javascript; charset=utf-8',
        'Cache-Control': 'no-store',
        // Any page may read it, so that a module or an integrity check can load it.
        'Access-Control-Allow-Origin': '*',
      })
    },
  })
  mountRoute(app, '/sdk/input/', {
    GET: (c) =>
      c.html(inputPage(context.switches), 200, {
        'Cache-Control': 'no-store',
        'Content-Security-Policy':
          "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'",
        'Referrer-Policy': 'no-referrer',
      }),
  })
}
