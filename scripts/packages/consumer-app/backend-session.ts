// A session on a backend: its types need no DOM library, only those of Node.js.
import { createForageSession, merchantEndpoint, type ForageSession } from '@forage-session/core'
import { createForageClient } from '@forage-session/core/ky'
import { createMerchantBackend, createVirtualClock } from '@forage-session/core/testing'

const clock = createVirtualClock()
const backend = createMerchantBackend(clock)
const session: ForageSession = createForageSession({
  tokenSource: merchantEndpoint('https://shop.example/token', {
    headers: { 'X-Own': '1' },
    fetch: backend.fetch,
  }),
  environment: 'sandbox',
  platform: { clock },
})
const response: Response = await session.fetch(new Request('https://api.sandbox.joinforage.app/'))
console.log(response.status, createForageClient(session))
