import type { RunningCheckout } from '../src/checkout-app.ts'
import type { Checkout } from '../src/merchant/shop-api.ts'

/** The shop's page as its backend sees it: a cookie, and the headers that a browser sends. */
export class Shopper {
  readonly #shop: RunningCheckout
  #cookie = ''

  constructor(shop: RunningCheckout) {
    this.#shop = shop
  }

  async ask(method: 'GET' | 'POST', path: string, body?: object): Promise<Response> {
    const { url } = this.#shop
    const response = await fetch(url + path, {
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

  async checkOut(): Promise<Checkout> {
    const response = await this.ask('POST', '/api/checkouts', { items: [{ productId: 'milk', quantity: 2 }] })
    return (await response.json()) as Checkout
  }

  sessionToken(checkoutId: string): Promise<Response> {
    return this.ask('POST', '/api/forage/session-token', { checkout_id: checkoutId, reason: 'first' })
  }

  preparePayment(checkoutId: string, paymentMethod: string): Promise<Response> {
    return this.ask('POST', `/api/checkouts/${checkoutId}/payment`, { payment_method: paymentMethod })
  }

  /** What the SDK does with a card number; the ref of the payment method. */
  async storeCard(checkoutId: string, number = '9999420000000001'): Promise<string> {
    const { token } = (await (await this.sessionToken(checkoutId)).json()) as { token: string }
    const { ref } = await this.#forage(token, '/api/payment_methods/', { type: 'ebt', card: { number } })
    return ref
  }

  /** What the SDK does with a PIN. */
  async capture(checkoutId: string, paymentRef: string, cardRef: string): Promise<void> {
    const { token } = (await (await this.sessionToken(checkoutId)).json()) as { token: string }
    const { card } = await this.#forage(token, `/api/payment_methods/${cardRef}/`)
    const body = { pin: '1234', card_number_token: card.token.split(',')[2] }
    await this.#forage(token, `/proxy/api/payments/${paymentRef}/capture/`, body)
  }

  async #forage(
    token: string,
    path: string,
    body?: object,
  ): Promise<{ ref: string; card: { token: string } }> {
    const response = await fetch(this.#shop.emulator!.url + path, {
      method: body ? 'POST' : 'GET',
      headers: {
        Authorization: `Bearer ${token}`,
        'Merchant-Account': 'mid/123ab45c67',
        'Content-Type': 'application/json',
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as { ref: string; card: { token: string } }
  }
}
