import type {
  Account,
  NewOrder,
  NewRefund,
  Order,
  SavedCard,
  ShopConfig,
  ShopProblem,
  Split,
} from '../../src/merchant/api/shop-api.ts'

/** What the merchant's backend refused, or that it could not be asked. `message` says what to do. */
export class ShopError extends Error {
  override readonly name = 'ShopError'
  readonly title: string
  /** The backend's; `unreachable` where there was no answer. */
  readonly code: string

  constructor({ title, detail, code }: Pick<ShopProblem, 'title' | 'detail' | 'code'>) {
    super(detail)
    this.title = title
    this.code = code
  }
}

export const readConfig = (): Promise<ShopConfig> => ask('GET', '/api/config')

/** Customers and staff sign in alike, at addresses of their own. */
export type AccountPath = '/api/account' | '/api/store/account'
export const readAccount = (path: AccountPath): Promise<Account | null> => ask('GET', path)
export const signIn = (path: AccountPath, account: string): Promise<Account> => ask('POST', path, { account })
export const signOut = (path: AccountPath): Promise<void> => ask('DELETE', path)

export const readCards = (): Promise<SavedCard[]> => ask('GET', '/api/cards')
export const forgetCard = (ref: string): Promise<void> => ask('DELETE', `/api/cards/${ref}`)

export const createOrder = (order: NewOrder): Promise<Order> => ask('POST', '/api/orders', order)
export const readOrder = (id: string): Promise<Order> => ask('GET', orderPath(id))
export const chooseCard = (id: string, ref: string): Promise<Order> =>
  ask('PUT', `${orderPath(id)}/card`, { ref })
export const preparePayments = (id: string, split: Split): Promise<Order> =>
  ask('PUT', `${orderPath(id)}/payments`, split)
export const cancelOrder = (id: string): Promise<Order> => ask('POST', `${orderPath(id)}/cancel`, {})

export const readStoreOrders = (): Promise<Order[]> => ask('GET', '/api/store/orders')
export const cancelStoreOrder = (id: string): Promise<Order> =>
  ask('POST', `/api/store/orders/${encodeURIComponent(id)}/cancel`, {})
export const refundOrder = (id: string, refund: NewRefund): Promise<Order> =>
  ask('POST', `/api/store/orders/${encodeURIComponent(id)}/refunds`, refund)

export const expireSessionToken = (): Promise<{ expired: number }> => ask('POST', '/api/demo/expire', {})

function orderPath(id: string): string {
  return `/api/orders/${encodeURIComponent(id)}`
}

/** The backend gives up on Forage after 10 s, and may ask it more than once. */
const longestMs = 30_000

async function ask<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<T> {
  const { status, text } = await send(method, path, body)
  if (status === 204) return undefined as T
  const isAnswer = status >= 200 && status < 300
  if (isAnswer) return JSON.parse(text) as T
  const problem = problemOf(text)
  throw new ShopError({
    title: problem.title ?? 'The shop could not do that',
    detail: problem.detail ?? 'Wait a moment and try again: you are not charged twice.',
    code: problem.code ?? 'failed',
  })
}

/** None of it, where a gateway answered in the backend's place. */
function problemOf(text: string): Partial<ShopProblem> {
  try {
    return Object(JSON.parse(text)) as Partial<ShopProblem>
  } catch {
    return {}
  }
}

async function send(
  method: string,
  path: string,
  body: object | undefined,
): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(path, {
      method,
      signal: AbortSignal.timeout(longestMs),
      ...(body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    })
    return { status: response.status, text: await response.text() }
  } catch {
    throw new ShopError({
      title: 'The shop cannot be reached',
      detail: 'Check your connection and try again: you are not charged twice.',
      code: 'unreachable',
    })
  }
}
