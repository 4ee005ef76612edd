import { createForageSession, type ForageSession } from '@forage-session/core'
import type { MerchantBackend, VirtualClock } from '@forage-session/core/testing'
import { act, fireEvent, render } from '@testing-library/react'
import type { ReactNode } from 'react'

import { createSessionFaults, ForageSessionDevtools, type SessionFaults } from '../src/devtools/production.ts'
import { useForageSession } from '../src/hooks/use-forage-session.ts'
import { ForageSessionProvider } from '../src/provider/forage-session-provider.tsx'
import type { OwnSessionOptions } from '../src/provider/use-own-session.ts'
import { sessionSetup } from './session-setup.ts'

export interface ShownDevtools {
  clock: VirtualClock
  backend: MerchantBackend
  faults: SessionFaults
  session(): ForageSession
  root(): ShadowRoot
  text(): string
  button(name: string | RegExp): HTMLButtonElement
  region(name: string): Element
  rows(): HTMLElement[]
  pillTone(): string | null | undefined
  press(name: string | RegExp): Promise<void>
  key(on: Element, key: string): Promise<void>
  type(field: string, value: string): Promise<void>
  do(run: (session: ForageSession) => unknown): Promise<void>
  pass(ms: number): Promise<void>
}

export interface ShowOptions {
  /** Whether faults wrap the session. Default: true. */
  isWrapped?: boolean
  /** Whether the devtools stand in a provider. Default: true. */
  hasProvider?: boolean
  initialIsOpen?: boolean
  /** Replaces the devtools. */
  devtools?: ReactNode
  /** Called in each render of the component that uses the session. */
  onRender?: () => void
}

/** Renders a page with devtools and a session with a virtual clock. */
export async function showDevtools(
  options: Partial<OwnSessionOptions> = {},
  { isWrapped = true, hasProvider = true, initialIsOpen = false, devtools, onRender }: ShowOptions = {},
): Promise<ShownDevtools> {
  const setup = sessionSetup()
  const { backend, clock } = setup
  const faults = createSessionFaults({ clock })
  const wrapped = isWrapped && {
    tokenSource: faults.tokenSource(backend.tokenSource),
    fetch: faults.fetch(backend.fetch),
  }
  const own: OwnSessionOptions = { ...setup.options, ...wrapped, ...options }
  let session: ForageSession | undefined
  if (hasProvider) {
    render(
      <ForageSessionProvider {...own}>
        <Shop onRender={onRender} onSession={(found) => (session = found)} />
        {devtools ?? <ForageSessionDevtools initialIsOpen={initialIsOpen} />}
      </ForageSessionProvider>,
    )
  } else {
    // Devtools without a provider use the clock of the page.
    const { clock: _, ...platform } = own.platform ?? {}
    session = createForageSession({ ...own, platform })
    backend.answer(() => ({ token: 'sandbox_own-token', expires_in: 900 }))
    render(<ForageSessionDevtools session={session} />)
  }
  // The devtools load their UI lazily.
  await act(() => import('../src/devtools/ui/devtools-view.tsx'))
  const root = (): ShadowRoot => document.querySelector('[data-forage-session-devtools]')!.shadowRoot!
  const pass = (ms: number): Promise<void> => setup.pass(ms)
  const button = (name: string | RegExp): HTMLButtonElement => buttonIn(root(), name)
  return {
    clock,
    backend,
    faults,
    session: () => session!,
    root,
    text: () => root().querySelector('.devtools')?.textContent ?? '',
    button,
    region: (name) => root().querySelector(`[aria-label="${name}"]`)!,
    rows: () => [...root().querySelectorAll<HTMLElement>('[role="option"]')],
    pillTone: () => root().querySelector('.pill')?.getAttribute('data-tone'),
    press: async (name) => {
      await act(async () => button(name).click())
      await pass(0)
    },
    key: async (on, key) => void (await act(async () => fireEvent.keyDown(on, { key }))),
    type: async (field, value) => {
      const input = root().querySelector(`input[aria-label="${field}"]`)!
      await act(async () => fireEvent.input(input, { target: { value } }))
    },
    do: async (run) => {
      await act(async () => void run(session!))
      await pass(100)
    },
    pass,
  }
}

function Shop({
  onRender,
  onSession,
}: {
  onRender: (() => void) | undefined
  onSession: (session: ForageSession) => void
}): ReactNode {
  onRender?.()
  onSession(useForageSession())
  return null
}

function buttonIn(root: ShadowRoot, name: string | RegExp): HTMLButtonElement {
  const found = [...root.querySelectorAll('button')].find((each) => matches(nameOf(each), name))
  if (!found) throw new Error(`No button ${name} in: ${root.textContent}`)
  return found
}

function nameOf(button: HTMLButtonElement): string {
  return button.getAttribute('aria-label') ?? button.textContent.trim()
}

function matches(name: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? name === wanted : wanted.test(name)
}
