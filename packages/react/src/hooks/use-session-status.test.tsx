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

function Requesting({ onReady }: { onReady: (getToken: GetToken) => void }): ReactNode {
  const { getToken } = useForageSession()
  useEffect(() => {
    onReady(getToken)
    void getToken()
  }, [getToken, onReady])
  return null
}

test('a renewal re-renders no component that uses useSessionStatus', async () => {
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
      <Requesting onReady={onReady} />
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

test('a selector may return a new object, and its latest closure is called', async () => {
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

test('a selector can read the remedy of a failure', async () => {
  const { backend, options, pass } = sessionSetup()
  backend.answer(new Response(null, { status: 401 }))
  function Status(): ReactNode {
    return <p>{useSessionStatus((state) => (state.status === 'failed' ? state.error.remedy : ''))}</p>
  }
  const request = (getToken: GetToken): void => void getToken().catch(() => {})
  function RequestingOnce(): ReactNode {
    const { getToken } = useForageSession()
    useEffect(() => request(getToken), [getToken])
    return null
  }
  const { container } = render(
    <ForageSessionProvider {...options}>
      <RequestingOnce />
      <Status />
    </ForageSessionProvider>,
  )
  await pass(100)
  expect(container.textContent).not.toBe('')
})
