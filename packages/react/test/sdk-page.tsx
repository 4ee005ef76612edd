import { createForageSession, type ForageSession } from '@forage-session/core'
import { cleanup, render } from '@testing-library/react'
import { StrictMode, useEffect, useState, type ReactNode } from 'react'
import { onTestFinished, vi } from 'vitest'

import { ForageSessionProvider } from '../src/provider/forage-session-provider.tsx'
import type { ForageElement, ForageFactory } from '../src/sdk/forage-sdk-types.ts'
import { useForageSdk, type UseForageSdkResult } from '../src/sdk/use-forage-sdk.ts'

const account = { 'Merchant-Account': 'mid/123ab45c67' }
const card = '9999420000000001'

interface Merchant {
  tokenSource(): Promise<{ token: string; expires_in: number }>
  /** A stored card, and a payment to capture with its PIN. */
  payment(): Promise<{ method: string; payment: string }>
}

async function post(path: string, headers: HeadersInit, body?: BodyInit): Promise<Record<string, string>> {
  const response = await fetch(path, { method: 'POST', headers, ...(body !== undefined && { body }) })
  return (await response.json()) as Record<string, string>
}

/** The merchant backend, inside the page: the emulator's credentials are no secret. */
async function merchant(): Promise<Merchant> {
  const credentials = btoa('emulator-client:emulator-secret-never-in-a-browser-9f27c1')
  const form = new URLSearchParams({ grant_type: 'client_credentials', scope: 'pinpad_only' })
  const { access_token: own } = await post('/o/token/', { Authorization: `Basic ${credentials}` }, form)
  const headers = { ...account, Authorization: `Bearer ${own}` }
  const tokenSource = async (): Promise<{ token: string; expires_in: number }> => {
    const { token = '' } = await post('/api/session_token/', headers)
    return { token, expires_in: 900 }
  }
  return {
    tokenSource,
    async payment() {
      const json = { 'Content-Type': 'application/json' }
      const { token } = await tokenSource()
      const stored = { type: 'ebt', reusable: true, card: { number: card }, customer_id: 'customer-1' }
      const customer = { ...account, ...json, Authorization: `Bearer ${token}` }
      const { ref: method = '' } = await post('/api/payment_methods/', customer, JSON.stringify(stored))
      const order = {
        amount: '10.00',
        funding_type: 'ebt_snap',
        payment_method: method,
        description: 'Groceries',
        metadata: {},
        is_delivery: false,
      }
      const key = { ...headers, ...json, 'Idempotency-Key': method }
      const { ref: payment = '' } = await post('/api/payments/', key, JSON.stringify(order))
      return { method, payment }
    },
  }
}

/** Loads the emulator's script as a page does. */
export async function loadScript(): Promise<ForageFactory> {
  const script = document.createElement('script')
  script.src = '/sdk/forage.js'
  await new Promise((resolve, reject) => {
    script.addEventListener('load', resolve)
    script.addEventListener('error', reject)
    document.head.append(script)
  })
  return (window as unknown as { Forage: ForageFactory }).Forage
}

export interface SdkPage extends Merchant {
  session: ForageSession
  sdk(): UseForageSdkResult
  elements: Record<'card' | 'pin', ForageElement>
  /** The number of ready and change events of the elements. */
  heard: string[]
  /** The tokens with which the SDK was constructed. */
  tokens: string[]
  frame(id: 'card' | 'pin'): HTMLIFrameElement | null
  type(id: 'card' | 'pin', digits: string): Promise<void>
  typed(id: 'card' | 'pin'): string
  /** Expires every session token at the API. */
  expire(): Promise<void>
  captures(): Promise<number>
  unmount(): void
}

interface InputsProps {
  load: () => Promise<ForageFactory>
  heard: string[]
  onRender: (sdk: UseForageSdkResult, elements: SdkPage['elements']) => void
}

function Inputs({ load, heard, onRender }: InputsProps): ReactNode {
  const sdk = useForageSdk({ load, merchantId: 'mid/123ab45c67', customerId: 'customer-1' })
  const { createElement } = sdk
  const [elements] = useState(() => {
    const own = {
      card: createElement('tokenize_card', { style: { borderColor: 'rgb(1, 2, 3)' } }),
      pin: createElement('collect_pin'),
    }
    for (const id of ['card', 'pin'] as const) {
      own[id].on('ready', () => heard.push(`${id} ready`))
      own[id].on('change', () => heard.push(`${id} change`))
    }
    return own
  })
  onRender(sdk, elements)
  useEffect(() => {
    elements.card.mount('card')
    elements.pin.mount('pin')
    return () => {
      elements.card.destroy()
      elements.pin.destroy()
    }
  }, [elements])
  return (
    <>
      <div id="card" />
      <div id="pin" />
    </>
  )
}

/** Records the token of each instance that the factory constructs. */
async function loadRecorded(load: () => Promise<ForageFactory>, tokens: string[]): Promise<ForageFactory> {
  const factory = await load()
  return (config) => {
    tokens.push(config.sessionToken)
    return factory(config)
  }
}

function frameOf(id: 'card' | 'pin'): HTMLIFrameElement | null {
  return document.querySelector(`#${id} iframe`)
}

function inputOf(id: 'card' | 'pin'): HTMLInputElement | null | undefined {
  return frameOf(id)?.contentDocument?.querySelector('input')
}

/** Renders a page with both elements under StrictMode, with the emulator as the API. */
export async function openSdkPage(load: () => Promise<ForageFactory> = loadScript): Promise<SdkPage> {
  await fetch('/_emulator/reset', { method: 'POST' })
  const backend = await merchant()
  const session = createForageSession({ tokenSource: backend.tokenSource, share: 'off' })
  const tokens: string[] = []
  const heard: string[] = []
  let last: [sdk: UseForageSdkResult, elements: SdkPage['elements']]
  const { unmount } = render(
    <StrictMode>
      <ForageSessionProvider session={session}>
        <Inputs
          load={() => loadRecorded(load, tokens)}
          heard={heard}
          onRender={(...rendered) => (last = rendered)}
        />
      </ForageSessionProvider>
    </StrictMode>,
  )
  onTestFinished(() => {
    cleanup()
    session.close()
  })
  return {
    ...backend,
    session,
    sdk: () => last[0],
    get elements() {
      return last[1]
    },
    heard,
    tokens,
    frame: frameOf,
    async type(id, digits) {
      const changes = (): number => heard.filter((what) => what === `${id} change`).length
      const before = changes()
      const field = inputOf(id)!
      field.value = digits
      field.dispatchEvent(new Event('input'))
      await vi.waitUntil(() => changes() > before)
    },
    typed: (id) => inputOf(id)?.value ?? '',
    expire: async () => void (await fetch('/_emulator/expire', { method: 'POST' })),
    async captures() {
      const response = await fetch('/_emulator/counts')
      return ((await response.json()) as { captures: number }).captures
    },
    unmount,
  }
}

export async function untilReady(page: SdkPage, times = 1): Promise<void> {
  await vi.waitUntil(
    () => ['card', 'pin'].every((id) => page.heard.filter((what) => what === `${id} ready`).length >= times),
    { timeout: 10_000 },
  )
}
