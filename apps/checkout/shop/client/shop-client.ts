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

/** A problem in words for the customer. */
export interface CustomerProblem {
  title: string
  whatToDo: string
}

/** The backend refused a request or could not be reached. The page shows `problem`, never `message`. */
export class ShopError extends Error {
  override readonly name = 'ShopError'
  readonly problem: CustomerProblem
  /** The backend's code, or `unreachable` if there was no answer. */
  readonly code: string

  constructor(code: string, problem: CustomerProblem) {
    super(`The shop's backend failed: ${code}`)
    this.code = code
    this.problem = problem
  }
}

const unknownProblem: CustomerProblem = {
  title: 'Something went wrong',
  whatToDo: 'Wait a moment and try again. You will not be charged twice.',
}

/** Returns what the page shows for an error. Errors of other kinds get a general text. */
export function shopProblemOf(error: unknown): CustomerProblem {
  return error instanceof ShopError ? error.problem : unknownProblem
}

export const readConfig = (): Promise<ShopConfig> => request('GET', '/api/config')

/** Customers and staff sign in the same way, at separate paths. */
export type AccountPath = '/api/account' | '/api/store/account'
export const readAccount = (path: AccountPath): Promise<Account | null> => request('GET', path)
export const signIn = (path: AccountPath, account: string): Promise<Account> =>
  request('POST', path, { account })
export const signOut = (path: AccountPath): Promise<void> => request('DELETE', path)

export const readCards = (): Promise<SavedCard[]> => request('GET', '/api/cards')
export const removeCard = (ref: string): Promise<void> => request('DELETE', `/api/cards/${ref}`)

export const createOrder = (order: NewOrder): Promise<Order> => request('POST', '/api/orders', order)

/** Reads the order. If only the card on file is left to charge, settles the order, because reading it charges nothing. */
export async function readOrder(id: string): Promise<Order> {
  const order = await request<Order>('GET', orderPath(id))
  return isCardNext(order) ? await request('POST', `${orderPath(id)}/settle`, {}) : order
}

function isCardNext({ payments, status, totalCents }: Order): boolean {
  const open = payments.filter((payment) => payment.status !== 'paid')
  const preparedCents = payments.reduce((sum, { amountCents }) => sum + amountCents, 0)
  return status === 'open' && preparedCents === totalCents && open.every(({ tender }) => tender === 'card')
}
export const chooseCard = (id: string, ref: string): Promise<Order> =>
  request('PUT', `${orderPath(id)}/card`, { ref })
export const preparePayments = (id: string, split: Split): Promise<Order> =>
  request('PUT', `${orderPath(id)}/payments`, split)
export const cancelOrder = (id: string): Promise<Order> => request('POST', `${orderPath(id)}/cancel`, {})

export const readStoreOrders = (): Promise<Order[]> => request('GET', '/api/store/orders')
export const cancelStoreOrder = (id: string): Promise<Order> =>
  request('POST', `/api/store/orders/${encodeURIComponent(id)}/cancel`, {})
export const refundOrder = (id: string, refund: NewRefund): Promise<Order> =>
  request('POST', `/api/store/orders/${encodeURIComponent(id)}/refunds`, refund)

export const expireSessionToken = (): Promise<{ expired: number }> => request('POST', '/api/demo/expire', {})
export const letTimePass = (): Promise<{ passedMs: number }> => request('POST', '/api/demo/pass', {})

function orderPath(id: string): string {
  return `/api/orders/${encodeURIComponent(id)}`
}

/** The backend waits up to 10 s for each of its calls to Forage, and may make several. */
const timeoutMs = 30_000

async function request<T>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: object,
): Promise<T> {
  const { status, text } = await send(method, path, body)
  if (status === 204) return undefined as T
  if (status >= 200 && status < 300) return JSON.parse(text) as T
  const { code = 'failed', title, detail } = problemDocument(text)
  throw new ShopError(code, {
    title: title ?? unknownProblem.title,
    whatToDo: detail ?? unknownProblem.whatToDo,
  })
}

/** Parses the backend's problem, or returns an empty object if a gateway answered instead. */
function problemDocument(text: string): Partial<ShopProblem> {
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
      signal: AbortSignal.timeout(timeoutMs),
      ...(body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    })
    return { status: response.status, text: await response.text() }
  } catch {
    throw new ShopError('unreachable', {
      title: 'The shop cannot be reached',
      whatToDo: 'Check your connection and try again. You will not be charged twice.',
    })
  }
}
