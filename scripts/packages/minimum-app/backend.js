// Runs the merchant's backend on the oldest supported Node.js.
import { createForageServer } from '@forage-session/server'

const forage = createForageServer({
  environment: 'sandbox',
  credentials: { clientId: 'id', clientSecret: 'secret' },
  fetch: async (input) =>
    String(input.url ?? input).endsWith('/o/token/')
      ? Response.json({
          access_token: `sandbox_${'a'.repeat(30)}`,
          token_type: 'Bearer',
          expires_in: 604_800,
        })
      : Response.json({ token: 'sandbox_session.a.b' }),
})
const { token } = await forage.mintSessionToken({ merchantAccount: 'mid/123ab45c67' })
forage.close()
console.log(`minted ${token.length} characters`)
