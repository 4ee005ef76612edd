import { createEmulator } from '@forage-session/emulator'
import { createForageServer, memoryStore } from '@forage-session/server'

const emulator = createEmulator()
const { clientId, clientSecret, merchants } = emulator
const forage = createForageServer({
  environment: { apiUrl: 'http://localhost:4010' },
  credentials: { clientId, clientSecret },
  store: memoryStore({ singleInstance: true }),
  fetch: (input, init) => emulator.fetch(new Request(input, init)),
})

const { expiresAt } = await forage.mintSessionToken({ merchantAccount: `mid/${merchants[0]?.id}` })
forage.close()
if (!(expiresAt > Date.now())) throw new Error(`A session token that expires at ${expiresAt} is of no use.`)
