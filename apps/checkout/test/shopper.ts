import type { NewOrder, Order, OrderPayment, ShopProblem, Split } from '../src/merchant/api/shop-api.ts'

const milk: NewOrder = { items: [{ productId: 'milk', quantity: 2 }], fulfilment: 'pickup' }

/** The shop and its emulator, by their origins. */
export interface ShopAddress {
  readonly url: string
  readonly emulator: { readonly url: string } | undefined
}

/** A client of the backend that sends a cookie and headers like the shop's page in a browser. */
export class Shopper {
  readonly #shop: ShopAddress
  readonly #fetch: typeof fetch
  #cookie = ''

  constructor(shop: ShopAddress, network: typeof fetch = (...request) => fetch(...request)) {
    this.#shop = shop
    this.#fetch = network
  }

  async send(method: string, path: string, body?: object): Promise<Response> {
    const { url } = this.#shop
    const response = await this.#fetch(url + path, {
      method,
      headers: {
        ...(body && { 'Content-Type': 'application/json' }),
        ...(this.#cookie && { Cookie: this.#cookie }),
        Origin: url,
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    this.#cookie = response.headers.get('Set-Cookie')?.split(';')[0] ?? this.#cookie
    return response
  }

  /** Returns the order. If the answer is a problem, throws its code. */
  async order(method: string, path: string, body?: object): Promise<Order> {
    const response = await this.send(method, path, body)
    if (response.ok) return (await response.json()) as Order
    throw new Error(((await response.json()) as ShopProblem).code)
  }

  /** Returns another client with a copy of the cookie. */
  copy(): Shopper {
    const copy = new Shopper(this.#shop, this.#fetch)
    copy.#cookie = this.#cookie
    return copy
  }

  async signIn(account = 'maria', path = '/api/account'): Promise<this> {
    await this.send('POST', path, { account })
    return this
  }

  checkOut(cart: NewOrder = milk): Promise<Order> {
    return this.order('POST', '/api/orders', cart)
  }

  /** Creates an order and sets its EBT card. */
  async checkOutWithCard(cart?: NewOrder, number?: string): Promise<Order> {
    const { id } = await this.checkOut(cart)
    return await this.chooseCard(id, await this.storeCard(id, number))
  }

  chooseCard(orderId: string, ref: string): Promise<Order> {
    return this.order('PUT', `/api/orders/${orderId}/card`, { ref })
  }

  prepare(orderId: string, split: Partial<Split>): Promise<Order> {
    const whole: Split = { snapCents: 0, cashCents: 0, cardCents: 0, ...split }
    return this.order('PUT', `/api/orders/${orderId}/payments`, whole)
  }

  read(orderId: string): Promise<Order> {
    return this.order('GET', `/api/orders/${orderId}`)
  }

  /** Reads the order after a charge as the shop's page does. This also charges the card on file, if it is next. */
  settle(orderId: string): Promise<Order> {
    return this.order('POST', `/api/orders/${orderId}/settle`)
  }

  sessionToken(checkoutId: string): Promise<Response> {
    return this.send('POST', '/api/forage/session-token', { checkout_id: checkoutId, reason: 'first' })
  }

  /** Stores a card number as the SDK does. Returns the ref of the payment method. */
  async storeCard(orderId: string, number = '9999420000000001'): Promise<string> {
    const { customerId } = await this.read(orderId)
    const card = { type: 'ebt', card: { number }, customer_id: customerId, reusable: true }
    const { ref } = await this.#forage<{ ref: string }>(orderId, '/api/payment_methods/', card)
    return ref
  }

  /** Captures a payment with a PIN as the SDK does. */
  async capture(orderId: string, { ref, cardRef }: Pick<OrderPayment, 'ref' | 'cardRef'>): Promise<void> {
    const path = `/api/payment_methods/${cardRef}/`
    const { card } = await this.#forage<{ card: { token: string } }>(orderId, path)
    const body = { pin: '1234', card_number_token: card.token.split(',')[2] }
    await this.#forage(orderId, `/proxy/api/payments/${ref}/capture/`, body)
  }

  async #forage<T>(orderId: string, path: string, body?: object): Promise<T> {
    const { token } = (await (await this.sessionToken(orderId)).json()) as { token: string }
    const response = await this.#fetch(this.#shop.emulator!.url + path, {
      method: body ? 'POST' : 'GET',
      headers: {
        Authorization: `Bearer ${token}`,
        'Merchant-Account': 'mid/123ab45c67',
        'Content-Type': 'application/json',
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
}
