import { createEmulator, type Emulator, type EmulatorClock, type EmulatorOptions } from '../../src/index.ts'
import { expectDocumented } from './documented.ts'

/** A wall clock that stands still, because no test here waits for it. */
export function stoppedClock(now: number = Date.UTC(2026, 0, 15, 12)): EmulatorClock {
  return { now: () => now, setTimeout: () => 0, clearTimeout: () => {} }
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** The parsed JSON, or the text of another answer. */
  readonly body: unknown
}

export const card = '9999420000000001'

/** A merchant and its customer's browser, which use one emulator. */
export interface Merchant {
  readonly emulator: Emulator
  send(path: string, init?: RequestInit): Promise<Answer>
  postJson(path: string, token: string, body: unknown, headers?: Record<string, string>): Promise<Answer>
  get(path: string, token: string): Promise<Answer>
  authenticationToken(form?: Record<string, string>): Promise<string>
  sessionToken(parent?: string): Promise<string>
  paymentMethod(token: string, pan?: string): Promise<{ ref: string; vaultToken: string }>
  payment(token: string, fields: Record<string, unknown>): Promise<string>
}

export function createMerchant(options: EmulatorOptions = {}): Merchant {
  const emulator = createEmulator({ clock: stoppedClock(), ...options })
  const account = { 'Merchant-Account': 'mid/123ab45c67' }
  let keys = 0
  const send = async (path: string, init?: RequestInit): Promise<Answer> => {
    const request = new Request(`http://localhost${path}`, init)
    const response = await emulator.fetch(request)
    const text = await response.text()
    // Every answer has to be one that its endpoint describes, whatever the test is about.
    expectDocumented(request.method, new URL(request.url).pathname, response.status, text)
    return { status: response.status, headers: response.headers, body: parse(text) }
  }
  const merchant: Merchant = {
    emulator,
    send,
    postJson: (path, token, body, headers = {}) =>
      send(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: {
          ...account,
          Authorization: `Bearer ${token}`,
          'Content-Type': 'application/json',
          ...headers,
        },
      }),
    get: (path, token) => send(path, { headers: { ...account, Authorization: `Bearer ${token}` } }),
    authenticationToken: async (form = { scope: 'pinpad_only' }) => {
      const body = new URLSearchParams({ grant_type: 'client_credentials', ...form })
      const headers = { Authorization: basic(emulator) }
      return field(await send('/o/token/', { method: 'POST', headers, body }), 'access_token')
    },
    sessionToken: async (parent) => {
      const token = parent ?? (await merchant.authenticationToken())
      const headers = { ...account, Authorization: `Bearer ${token}` }
      return field(await send('/api/session_token/', { method: 'POST', headers }), 'token')
    },
    paymentMethod: async (token, pan = card) => {
      const body = { type: 'ebt', reusable: true, card: { number: pan }, customer_id: 'customer-1' }
      const answer = await merchant.postJson('/api/payment_methods/', token, body)
      const { card: wire } = answer.body as { card: { token: string } }
      return { ref: field(answer, 'ref'), vaultToken: wire.token.split(',')[2] ?? '' }
    },
    payment: async (token, fields) => {
      keys += 1
      const body = {
        funding_type: 'ebt_snap',
        description: 'Groceries',
        metadata: {},
        is_delivery: false,
        ...fields,
      }
      const key = { 'Idempotency-Key': `key-${keys}` }
      return field(await merchant.postJson('/api/payments/', token, body, key), 'ref')
    },
  }
  return merchant
}

export function basic({ clientId, clientSecret }: Emulator): string {
  return `Basic ${btoa(`${clientId}:${clientSecret}`)}`
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

export function field(answer: Answer, name: string): string {
  const value = typeof answer.body === 'object' && answer.body ? Object.entries(answer.body) : []
  const found: unknown = Object.fromEntries(value)[name]
  if (typeof found === 'string') return found
  throw new Error(`No \`${name}\` in ${answer.status} ${JSON.stringify(answer.body)}`)
}
