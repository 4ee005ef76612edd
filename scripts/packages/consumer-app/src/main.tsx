import { createForageSession } from '@forage-session/core'
import { createForageClient } from '@forage-session/core/ky'
import { ForageSessionProvider, useSessionStatus } from '@forage-session/react'
import { ForageSessionDevtools } from '@forage-session/react/devtools'
import { createSessionFaults } from '@forage-session/react/devtools/production'
import type { ReactNode } from 'react'
import { createRoot } from 'react-dom/client'

const faults = createSessionFaults()
const session = createForageSession({
  environment: 'sandbox',
  tokenSource: faults.tokenSource(() =>
    Promise.resolve({ token: 'sandbox_of.the.consumer', expires_in: 900 }),
  ),
  fetch: faults.fetch(),
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
    <ForageSessionDevtools />
  </ForageSessionProvider>,
)
