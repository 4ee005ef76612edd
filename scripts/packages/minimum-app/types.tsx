// The oldest supported TypeScript compiles the types of every entry.
import { createForageSession, type SessionState } from '@forage-session/core'
import { createForageClient } from '@forage-session/core/ky'
import { createVirtualClock } from '@forage-session/core/testing'
import { createEmulator } from '@forage-session/emulator'
import { ForageSessionProvider, useForageQuery, useSessionStatus } from '@forage-session/react'
import { ForageSessionDevtools } from '@forage-session/react/devtools'
import { createForageServer, memoryStore } from '@forage-session/server'

const session = createForageSession({
  tokenSource: '/token',
  environment: 'sandbox',
  platform: { clock: createVirtualClock() },
})
export const client = createForageClient(session)
export const store = memoryStore({ singleInstance: true })
export const { fetch } = createEmulator()
export const { mintSessionToken } = createForageServer({
  environment: 'sandbox',
  credentials: { clientId: 'id', clientSecret: 'secret' },
})

export function Page() {
  const status: SessionState['status'] = useSessionStatus()
  const { data } = useForageQuery({
    queryKey: ['a'],
    queryFn: async ({ forage }) => forage.get('a').json<number>(),
  })
  const shown: number | undefined = data
  return (
    <ForageSessionProvider session={session}>
      {status} {shown}
      <ForageSessionDevtools />
    </ForageSessionProvider>
  )
}
