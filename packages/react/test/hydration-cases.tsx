import { createForageSession } from '@forage-session/core'
import { expectNoTokenLeak } from '@forage-session/core/testing'
import { cleanup, render } from '@testing-library/react'
import { StrictMode, type ReactNode } from 'react'
import { renderToReadableStream, renderToString } from 'react-dom/server.browser'
import { afterEach, describe, expect, test } from 'vitest'

import { CheckoutPage, type CheckoutPageProps } from './checkout-page.tsx'
import { nextTask, sessionSetup, type SessionSetup } from './session-setup.ts'

async function stream(page: ReactNode): Promise<string> {
  const body = await renderToReadableStream(page)
  await body.allReady
  return await new Response(body).text()
}

type Render = (page: ReactNode) => string | Promise<string>

/** The renderers that work here: WebKitGTK has no byte streams, which React's streams need. */
function renderers(): [name: string, render: Render][] {
  const streams: [string, Render][] =
    'ReadableByteStreamController' in globalThis ? [['renderToReadableStream', stream]] : []
  return [['renderToString', renderToString], ...streams]
}

interface HydratedPage {
  /** The text of the page before any script ran. */
  shownFirst: string | null
  /** The status in each render of the client. */
  statuses: string[]
  /** The errors that React corrected. */
  corrected: unknown[]
  text(): string | null
}

/** Renders on the server, puts the HTML into the page, and hydrates it. */
async function hydrate(props: CheckoutPageProps, renderOnServer: Render): Promise<HydratedPage> {
  const statuses: string[] = []
  const corrected: unknown[] = []
  const page = (onStatus?: (status: string) => void): ReactNode => (
    <StrictMode>
      <CheckoutPage {...props} {...(onStatus && { onStatus })} />
    </StrictMode>
  )
  const container = document.createElement('div')
  document.body.append(container)
  container.innerHTML = await renderOnServer(page())
  const shownFirst = container.textContent
  render(
    page((status) => statuses.push(status)),
    {
      container,
      hydrate: true,
      onRecoverableError: (error) => corrected.push(error),
    },
  )
  await nextTask()
  return { shownFirst, statuses, corrected, text: () => container.textContent }
}

/** Defines the tests for happy-dom with each React version, and for each browser. */
export function describeHydration(): void {
  afterEach(() => {
    cleanup()
    document.body.replaceChildren()
  })

  describe.each(renderers())('HTML from %s', (_, renderOnServer) => {
    test('a server-rendered page hydrates without corrections, and then requests one token', async () => {
      const { backend, options, pass } = sessionSetup()
      const page = await hydrate({ provider: options }, renderOnServer)
      await pass(100)
      expect(page.shownFirst).toBe('idlegate closedno endpendingsdk loading')
      expect(page.statuses[0]).toBe('idle')
      expect(page.corrected).toEqual([])
      expect(page.text()).toBe('readyends 00:15:00ends 00:15:00{"ok":true}sdk loading')
      expect(backend.requests).toHaveLength(1)
    })

    test('a server-rendered page with an initial token hydrates without corrections and requests no token', async () => {
      const { backend, options, pass } = sessionSetup()
      const token = await mintFor(options, pass)
      const provider = { ...options, initialToken: { token, expires_in: 900 } }
      const page = await hydrate({ provider, withSdk: false }, renderOnServer)
      expect(page.shownFirst).toContain('idle')
      expect(page.statuses[0]).toBe('idle')
      expect(page.statuses.at(-1)).toBe('ready')
      await pass(100)
      expect(page.text()).toContain('{"ok":true}')
      expect(page.corrected).toEqual([])
      expect(backend.requests.map(({ reason }) => reason)).toEqual(['first'])
      expectNoTokenLeak({ tokens: [token], html: document.documentElement.outerHTML })
    })

    test('a server-rendered page hydrates without corrections if the session already has a token', async () => {
      const { options, pass } = sessionSetup()
      const session = createForageSession(options)
      void session.getToken()
      await pass(100)
      const page = await hydrate({ provider: { session } }, renderOnServer)
      expect(page.statuses[0]).toBe('idle')
      expect(page.corrected).toEqual([])
      expect(page.text()).toContain('ready')
      session.close()
    })
  })
}

/** Gets a token from the backend in a separate request, like the server of a page. */
async function mintFor(options: SessionSetup['options'], pass: SessionSetup['pass']): Promise<string> {
  const server = createForageSession({ ...options, share: 'off' })
  const minted = server.getToken()
  await pass(100)
  server.close()
  return await minted
}
