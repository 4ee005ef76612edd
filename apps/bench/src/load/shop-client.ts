import type { Order, Split } from '../../../checkout/src/merchant/api/shop-api.ts'

/** The requests of the shop's page to its backend, with a cookie. It retries while the backend is down. */
export interface ShopClient {
  readonly headers: { readonly Cookie: string; readonly Origin: string }
  newOrder(): Promise<Order>
  chooseCard(order: Order, ref: string): Promise<Order>
  prepare(order: Order, split: Split): Promise<Order>
  read(order: Order): Promise<Order>
}

const tries = 60

export async function signIn(
  shopUrl: string,
  account: string,
  pause: () => Promise<void>,
): Promise<ShopClient> {
  const send = (method: string, path: string, body?: object, cookie = ''): Promise<Response> =>
    tried(pause, () =>
      fetch(shopUrl + path, {
        method,
        headers: { 'Content-Type': 'application/json', Origin: shopUrl, Cookie: cookie },
        ...(body && { body: JSON.stringify(body) }),
      }),
    )
  const signedIn = await send('POST', '/api/account', { account })
  await signedIn.body?.cancel()
  const cookie = signedIn.headers.get('Set-Cookie')?.split(';')[0] ?? ''
  const order = async (method: string, path: string, body?: object): Promise<Order> =>
    (await (await send(method, `/api/orders${path}`, body, cookie)).json()) as Order
  const cart = { items: [{ productId: 'milk', quantity: 2 }], fulfilment: 'pickup' }
  return {
    headers: { Cookie: cookie, Origin: shopUrl },
    newOrder: () => order('POST', '', cart),
    chooseCard: ({ id }, ref) => order('PUT', `/${id}/card`, { ref }),
    prepare: ({ id }, split) => order('PUT', `/${id}/payments`, split),
    read: ({ id }) => order('GET', `/${id}`),
  }
}

/** Repeats a request without a successful answer, as a customer would. */
async function tried(pause: () => Promise<void>, send: () => Promise<Response>): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await send().catch((error: unknown) => error as Error)
    if (response instanceof Response && response.ok) return response
    const problem = response instanceof Response ? `${response.status} ${await response.text()}` : response
    if (attempt === tries) throw new Error(`The shop's backend does not answer: ${String(problem)}`)
    await pause()
  }
}
