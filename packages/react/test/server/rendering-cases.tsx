import { createForageSession, type PageLifecycle } from '@forage-session/core'
import {
  createMerchantBackend,
  createVirtualClock,
  expectNoTokenLeak,
  type MerchantBackend,
  type VirtualClock,
} from '@forage-session/core/testing'
import { StrictMode, type ReactNode } from 'react'
import { describe, expect, test, vi } from 'vitest'

import type { OwnSessionOptions } from '../../src/provider/use-own-session.ts'
import { CheckoutPage } from '../checkout-page.tsx'

const primed = 'sandbox_eyJhbGciOiJub25lIn0.eyJhIjoxLCJpYXQiOjF9.of-the-page-itself'

interface ServerSetup {
  clock: VirtualClock
  backend: MerchantBackend
  /** The side effects of the session: requests, subscriptions, channels. */
  effects: string[]
  options: OwnSessionOptions
}

function serverSetup(): ServerSetup {
  const clock = createVirtualClock()
  const backend = createMerchantBackend(clock)
  const effects: string[] = []
  const subscribe: PageLifecycle['subscribe'] = () => {
    effects.push('subscribed to the page')
    return () => {}
  }
  const options: OwnSessionOptions = {
    tokenSource: (request) => backend.tokenSource(request),
    fetch: (input, init) => {
      effects.push('sent a request')
      return backend.fetch(input, init)
    },
    environment: 'sandbox',
    checkoutId: 'cart-1',
    platform: {
      clock,
      random: () => 0,
      openChannel: () => void effects.push('opened a channel'),
      lifecycle: { visible: () => true, online: () => true, subscribe },
    },
  }
  return { clock, backend, effects, options }
}

type Render = (page: ReactNode) => string | Promise<string>

/** Defines the tests of each server renderer of React. */
export function describeRenderings(renderings: Record<string, Render>): void {
  describe.each(Object.entries(renderings))('%s', (_, render) => {
    test('a server shows an idle session and no part of the initial token', async () => {
      const { options } = serverSetup()
      const initialToken = { token: primed, expires_in: 900 }
      const html = await render(
        <StrictMode>
          <CheckoutPage provider={{ ...options, initialToken }} />
        </StrictMode>,
      )
      expect(html).toContain('class="idle"')
      expect(html).toContain('data-usable="false"')
      expect(html).toContain('pending')
      expect(html).toMatch(/sdk (<!-- -->)?loading/)
      expectNoTokenLeak({ tokens: [primed], html })
    })

    test('a server rendering sends no request, sets no timer and adds no listener', async () => {
      const { clock, backend, effects, options } = serverSetup()
      const html = await render(<CheckoutPage provider={{ ...options, initialToken: primed }} />)
      expect(html).toContain('idle')
      expect(clock.timers()).toBe(0)
      await clock.advance(3_600_000)
      expect(backend.requests).toEqual([])
      expect(effects).toEqual([])
    })

    test('a server shows an idle session even if the given session has a token', async () => {
      const { clock, options } = serverSetup()
      const session = createForageSession({ ...options, tokenSource: () => Promise.resolve(primed) })
      await session.getToken()
      const html = await render(<CheckoutPage provider={{ session }} />)
      session.close()
      expect(html).toContain('class="idle"')
      expectNoTokenLeak({ tokens: [primed], html })
      expect(clock.timers()).toBe(0)
    })

    test('two customers who are rendered at the same time share no data', async () => {
      const { options } = serverSetup()
      const seen = vi.fn<(status: string) => void>()
      const page = (cart: string): ReactNode => (
        <CheckoutPage provider={{ ...options, checkoutId: cart, initialToken: primed }} onStatus={seen} />
      )
      const [first, second] = await Promise.all([render(page('cart-1')), render(page('cart-2'))])
      expect(first).toBe(second)
      expect(new Set(seen.mock.calls.flat())).toEqual(new Set(['idle']))
    })
  })
}
