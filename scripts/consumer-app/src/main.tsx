import { createForageSession } from '@forage-session/core'
import { createForageClient } from '@forage-session/core/ky'
import { ForageSessionProvider, useSessionStatus } from '@forage-session/react'
import type { ReactNode } from 'react'
import { createRoot } from 'react-dom/client'

const session = createForageSession({
  environment: 'sandbox',
  tokenSource: () => Promise.resolve({ token: 'sandbox_of.the.consumer', expires_in: 900 }),
})
const forage = createForageClient(session)

function Status(): ReactNode {
  return (
    <p>
      {typeof forage.post} {useSessionStatus()}
    </p>
  )
}

void session.getToken()
createRoot(document.querySelector('#root')!).render(
  <ForageSessionProvider session={session}>
    <Status />
  </ForageSessionProvider>,
)
