// Runs a session on the oldest supported Node.js: a token, a 401, a replay.
import { createForageSession } from '@forage-session/core'

let minted = 0
const session = createForageSession({
  environment: 'sandbox',
  tokenSource: async () => `sandbox_token-${(minted += 1)}.a.b`,
  fetch: async (_, { headers }) => {
    const isNew = headers.get('Authorization') === 'Bearer sandbox_token-2.a.b'
    return new Response(null, { status: isNew ? 204 : 401 })
  },
})
const { status } = await session.fetch('https://api.sandbox.joinforage.app/api/payments/', {
  method: 'POST',
  body: '{}',
})
session.close()
console.log(`session ${status} after ${minted} tokens`)
