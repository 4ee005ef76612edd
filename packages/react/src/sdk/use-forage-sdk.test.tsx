import { act, cleanup, render } from '@testing-library/react'
import { StrictMode, useEffect, useState, type ReactNode } from 'react'
import { afterEach, expect, test, vi } from 'vitest'

import { createFakeSdk, expiredSessionToken, type FakeSdk } from '../../test/fake-sdk.ts'
import { sessionSetup } from '../../test/session-setup.ts'
import { ForageSessionProvider } from '../provider/forage-session-provider.tsx'
import type { OwnSessionOptions } from '../provider/use-own-session.ts'
import { useForageSdk } from './use-forage-sdk.ts'

afterEach(cleanup)

interface PinProps {
  sdk: FakeSdk
  customerId?: string
  onRender?: () => void
  onError?: (error: unknown) => void
}

function Pin({ sdk, customerId = 'customer-hash', onRender, onError }: PinProps): ReactNode {
  onRender?.()
  const { status, needsReentry, createElement, capturePayment } = useForageSdk({
    load: () => Promise.resolve(sdk.factory),
    merchantId: 'mid/123ab45c67',
    customerId,
  })
  const [pin] = useState(() => createElement('collect_pin'))
  const [receipt, setReceipt] = useState('')
  useEffect(() => {
    pin.mount('pin')
    return () => pin.destroy()
  }, [pin])
  const pay = (): void => {
    capturePayment(pin, 'payment-1')
      .then(({ ref }) => setReceipt(ref))
      .catch((error: unknown) => onError?.(error))
  }
  return (
    <>
      <div id="pin" />
      <p>{needsReentry ? 'Enter your PIN again' : receipt || status}</p>
      <button type="button" onClick={pay}>
        Pay
      </button>
    </>
  )
}

function Shop({ pin, ...options }: OwnSessionOptions & { pin: PinProps; enabled?: boolean }): ReactNode {
  return (
    <StrictMode>
      <ForageSessionProvider {...options}>
        <Pin {...pin} />
      </ForageSessionProvider>
    </StrictMode>
  )
}

test('under StrictMode the SDK is constructed once, with one token request', async () => {
  const { backend, options, pass } = sessionSetup()
  const sdk = createFakeSdk()
  const { container } = render(<Shop {...options} pin={{ sdk }} />)
  await pass(100)
  expect(container.querySelector('p')?.textContent).toBe('ready')
  expect(sdk.configs).toHaveLength(1)
  expect(backend.requests).toHaveLength(1)
})

test('a token that expires while no element has input causes no failure', async () => {
  const { options, pass } = sessionSetup()
  const sdk = createFakeSdk()
  const onRender = vi.fn<() => void>()
  const { getByRole, getByText } = render(<Shop {...options} pin={{ sdk, onRender }} />)
  await pass(100)
  onRender.mockClear()
  await pass(14 * 60_000)
  expect(onRender).not.toHaveBeenCalled()
  sdk.expiredTokens.add('sandbox_token-1')
  sdk.type('pin')
  act(() => getByRole('button').click())
  await pass(0)
  expect(getByText('payment-1')).toBeDefined()
  expect(sdk.captures).toEqual(['payment-1'])
})

test('a PIN that was typed before its token expired is requested again, and one payment is captured', async () => {
  const { options, pass } = sessionSetup()
  const sdk = createFakeSdk()
  const errors: unknown[] = []
  const pin = { sdk, onError: (error: unknown) => void errors.push(error) }
  const { getByRole, getByText } = render(<Shop {...options} pin={pin} />)
  await pass(100)
  sdk.type('pin')
  sdk.expiredTokens.add('sandbox_token-1')
  act(() => getByRole('button').click())
  await pass(100)
  expect(getByText('Enter your PIN again')).toBeDefined()
  expect(errors).toEqual([expiredSessionToken])
  expect(sdk.captures).toEqual([])

  sdk.type('pin')
  act(() => getByRole('button').click())
  await pass(0)
  expect(getByText('payment-1')).toBeDefined()
  expect(sdk.captures).toEqual(['payment-1'])
  expect(sdk.calls).toEqual(['sandbox_token-1', 'sandbox_token-2'])
})

test('a disabled useForageSdk neither loads the SDK nor requests a token', async () => {
  const { backend, options, pass } = sessionSetup()
  const sdk = createFakeSdk()
  const { container } = render(<Shop {...options} enabled={false} pin={{ sdk }} />)
  await pass(100)
  expect(container.querySelector('p')?.textContent).toBe('loading')
  expect([sdk.configs.length, backend.requests.length]).toEqual([0, 0])
})

test('another customer gets a separate instance with an empty element', async () => {
  const { options, pass } = sessionSetup()
  const sdk = createFakeSdk()
  const { rerender } = render(<Shop {...options} pin={{ sdk }} />)
  await pass(100)
  sdk.type('pin')
  const before = sdk.at('pin')
  rerender(<Shop {...options} pin={{ sdk, customerId: 'another' }} />)
  await pass(100)
  expect(sdk.configs.map(({ customerId }) => customerId)).toEqual(['customer-hash', 'another'])
  expect(before?.isDestroyed).toBe(true)
  expect(sdk.at('pin')).toBeDefined()
})

test('a page that is shown again after hours gets a valid token before the customer types', async () => {
  const { clock, options, pass } = sessionSetup()
  const sdk = createFakeSdk()
  render(<Shop {...options} renewWhen="never" pin={{ sdk }} />)
  await pass(100)
  clock.sleep(3 * 60 * 60_000)
  document.dispatchEvent(new Event('visibilitychange'))
  await pass(100)
  expect(sdk.configs.at(-1)?.sessionToken).toBe('sandbox_token-2')
})
