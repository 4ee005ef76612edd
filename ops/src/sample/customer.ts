import { createForageSession, type SessionEvent } from '@forage-session/core'

import type { FleetClock } from '../../../packages/server/test/fleet/fleet-clock.ts'
import { apiUrl } from './instance.ts'

/** The services that a customer's page calls. */
export interface ShopWorld {
  clock: FleetClock
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
export const shopOrigin = 'http://localhost'

/** Signs in, orders, and stays on the checkout for some minutes with a session that reads a card now and then. */
export async function checkOut(world: ShopWorld, account: string, minutes: number): Promise<SessionEvent[]> {
  const { clock, random, shop, cardRef } = world
  const order = await placeOrder(world, account)
  if (!order) return []
  const { id, headers } = order
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
    await new Promise<void>((resolve) => clock.setTimeout(resolve, 60_000 + 120_000 * random()))
  }
  session.close()
  return events
}

/** Requests session tokens for one order without a pause, as a page with a mistake does. */
export async function requestOften(world: ShopWorld, account: string, times: number): Promise<void> {
  const order = await placeOrder(world, account)
  if (!order) return
  const body = { checkout_id: order.id, reason: 'first' }
  for (let i = 0; i < times; i += 1) {
    void world.shop(request(world.pageOrigin, '/api/forage/session-token', body, order.headers))
  }
}

/** Signs in and orders. Returns undefined if the shop cannot take orders. */
async function placeOrder(
  { shop }: ShopWorld,
  account: string,
): Promise<{ id: string; headers: { Cookie: string } } | undefined> {
  const signedIn = await shop(request(shopOrigin, '/api/account', { account }))
  const headers = { Cookie: signedIn.headers.get('Set-Cookie')?.split(';')[0] ?? '' }
  const cart = { items: [{ productId: 'milk', quantity: 2 }] }
  const ordered = await shop(request(shopOrigin, '/api/orders', cart, headers))
  return ordered.ok ? { ...((await ordered.json()) as { id: string }), headers } : undefined
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
