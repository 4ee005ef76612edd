import type {
  CartItem,
  Checkout,
  CheckoutPayment,
  ShopConfig,
  ShopProblem,
} from '../src/merchant/shop-api.ts'

/** What the merchant's backend refused, or that it could not be asked. `message` says what to do. */
class ShopError extends Error {
  override readonly name = 'ShopError'
  readonly title: string

  constructor(title: string, detail: string) {
    super(detail)
    this.title = title
  }
}

export const readConfig = (): Promise<ShopConfig> => ask('GET', '/api/config')

export const createCheckout = (items: CartItem[]): Promise<Checkout> =>
  ask('POST', '/api/checkouts', { items })

export const preparePayment = (checkoutId: string, paymentMethodRef: string): Promise<CheckoutPayment> =>
  ask('POST', `/api/checkouts/${checkoutId}/payment`, { payment_method: paymentMethodRef })

export const expireSessionToken = (): Promise<{ expired: number }> => ask('POST', '/api/demo/expire', {})

async function ask<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
  const response = await send(method, path, body)
  if (response.ok) return (await response.json()) as T
  const problem = (await response.json().catch(() => ({}))) as Partial<ShopProblem>
  throw new ShopError(
    problem.title ?? 'The shop could not do that',
    problem.detail ?? 'Nothing was charged. Wait a moment and try again.',
  )
}

async function send(method: string, path: string, body: object | undefined): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      ...(body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    })
  } catch {
    throw new ShopError(
      'The shop cannot be reached',
      'Nothing was charged. Check your connection and try again.',
    )
  }
}
