import type { ForageSession } from '@forage-session/core'
import { act, cleanup, render } from '@testing-library/react'
import { useEffect, type ReactNode } from 'react'
import { afterEach, expect, test, vi } from 'vitest'

import { sessionSetup } from '../../test/session-setup.ts'
import { ForageSessionProvider } from '../provider/forage-session-provider.tsx'
import { useForageSession } from './use-forage-session.ts'
import { useSessionStatus } from './use-session-status.ts'

afterEach(cleanup)

type GetToken = ForageSession['getToken']

function Asking({ onReady }: { onReady: (getToken: GetToken) => void }): ReactNode {
  const { getToken } = useForageSession()
  useEffect(() => {
    onReady(getToken)
    void getToken()
  }, [getToken, onReady])
  return null
}

test('a rotation renders no consumer of the status', async () => {
  const { backend, options, pass } = sessionSetup()
  let getToken: GetToken | undefined
  const onRender = vi.fn<() => void>()
  function Status(): ReactNode {
    onRender()
    return <p>{useSessionStatus()}</p>
  }
  const onReady = (own: GetToken): void => void (getToken = own)
  const { container } = render(
    <ForageSessionProvider {...options}>
      <Asking onReady={onReady} />
      <Status />
    </ForageSessionProvider>,
  )
  await pass(100)
  expect(container.textContent).toBe('ready')
  onRender.mockClear()
  await pass(13 * 60_000)
  await act(() => getToken?.())
  expect(backend.requests.map(({ reason }) => reason)).toEqual(['first', 'renewal'])
  expect(onRender).not.toHaveBeenCalled()
})

test('a selector may build an object, and its latest closure is used', async () => {
  const { options, pass } = sessionSetup()
  function Status({ label }: { label: string }): ReactNode {
    const { text } = useSessionStatus(({ status }) => ({ text: `${label} ${status}` }))
    return <p>{text}</p>
  }
  const shop = (label: string): ReactNode => (
    <ForageSessionProvider {...options}>
      <Status label={label} />
    </ForageSessionProvider>
  )
  const { container, rerender } = render(shop('token:'))
  expect(container.textContent).toBe('token: idle')
  rerender(shop('session:'))
  expect(container.textContent).toBe('session: idle')
  await pass(0)
})

test('what the page is told of a failure has its remedy', async () => {
  const { backend, options, pass } = sessionSetup()
  backend.answer(new Response(null, { status: 401 }))
  function Status(): ReactNode {
    return <p>{useSessionStatus((state) => (state.status === 'failed' ? state.error.remedy : ''))}</p>
  }
  const ask = (getToken: GetToken): void => void getToken().catch(() => {})
  function AskingOnce(): ReactNode {
    const { getToken } = useForageSession()
    useEffect(() => ask(getToken), [getToken])
    return null
  }
  const { container } = render(
    <ForageSessionProvider {...options}>
      <AskingOnce />
      <Status />
    </ForageSessionProvider>,
  )
  await pass(100)
  expect(container.textContent).not.toBe('')
})
