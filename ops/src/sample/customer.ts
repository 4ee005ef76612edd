import { createForageSession, type SessionEvent } from '@forage-session/core'

import type { VirtualClock } from '../../../packages/server/test/fixtures/virtual-clock.ts'
import { apiUrl } from './instance.ts'

/** What a customer's page reaches. */
export interface ShopWorld {
  clock: VirtualClock
  random: () => number
  /** Sends a request to the shop, which gives it to one of its instances. */
  shop(request: Request): Promise<Response>
  /** Sends a request to Forage. */
  forage(request: Request): Promise<Response>
  cardRef: string
  merchantAccount: string
  /** The origin of the customer's page. */
  pageOrigin: string
}

/** The shop's own origin. */
export const shopOrigin = 'https://shop.example'

/** Signs in, orders, and stays on the checkout for some minutes with a session that reads a card now and then. */
export async function checkOut(world: ShopWorld, account: string, minutes: number): Promise<SessionEvent[]> {
  const { clock, random, shop, cardRef } = world
  const send = sender(world)
  const signedIn = await send('/api/account', { account })
  const headers = { Cookie: signedIn.headers.get('Set-Cookie')?.split(';')[0] ?? '' }
  const ordered = await send('/api/orders', { items: [{ productId: 'milk', quantity: 2 }] }, headers)
  if (!ordered.ok) return []
  const { id } = (await ordered.json()) as { id: string }

  const events: SessionEvent[] = []
  const session = createForageSession({
    environment: { apiUrl },
    merchantAccount: world.merchantAccount,
    checkoutId: id,
    share: 'off',
    fetch: (input, init) => world.forage(new Request(input, init)),
    platform: { clock: { ...clock, monotonic: clock.now }, random },
    tokenSource: ({ reason }) =>
      shop(request(world.pageOrigin, '/api/forage/session-token', { checkout_id: id, reason }, headers)),
  })
  session.on((event) => events.push(event))
  const endsAt = clock.now() + minutes * 60_000
  while (clock.now() < endsAt) {
    // A page that gets no token shows a message, and the customer stays.
    await session.fetch(`${apiUrl}/api/payment_methods/${cardRef}/`).catch(() => undefined)
    await new Promise<void>((resolve) => clock.setTimeout(resolve, 20_000 + 30_000 * random()))
  }
  session.close()
  return events
}

type Send = (path: string, body: object, headers?: Record<string, string>) => Promise<Response>

function sender({ shop }: ShopWorld): Send {
  return (path, body, headers) => shop(request(shopOrigin, path, body, headers))
}

function request(origin: string, path: string, body: object, headers: Record<string, string> = {}): Request {
  return new Request(`${shopOrigin}${path}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Origin: origin,
      'Sec-Fetch-Site': origin === shopOrigin ? 'same-origin' : 'cross-site',
      ...headers,
    },
    body: JSON.stringify(body),
  })
}
