// Fills an emulator with a million live objects in a child process and reports its memory.
import { createEmulator } from '@forage-session/emulator'

export interface Filled {
  readonly objects: number
  /** The resident set of the process after a garbage collection. */
  readonly bytes: number
}

const each = 250_000
const merchant = { 'Merchant-Account': '123ab45c67', 'Content-Type': 'application/json' }
const emulator = createEmulator()

async function send(path: string, init: RequestInit): Promise<Record<string, string>> {
  const response = await emulator.fetch(new Request(`http://localhost${path}`, { method: 'POST', ...init }))
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as Record<string, string>
}

async function fill(): Promise<number> {
  const { access_token: token } = await send('/o/token/', {
    headers: { Authorization: `Basic ${btoa(`${emulator.clientId}:${emulator.clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'pinpad_only' }),
  })
  const headers = { ...merchant, Authorization: `Bearer ${token}` }
  for (let count = 0; count < each; count += 1) {
    const card = { number: `9999${String(count).padStart(12, '0')}` }
    const body = JSON.stringify({ type: 'ebt', reusable: true, card, customer_id: `customer-${count}` })
    const { ref } = await send('/api/payment_methods/', { headers, body })
    const payment = {
      funding_type: 'ebt_snap',
      amount: '20.00',
      payment_method: ref,
      description: '',
      metadata: {},
    }
    const key = { 'Idempotency-Key': `key-${count}` }
    await send('/api/payments/', { headers: { ...headers, ...key }, body: JSON.stringify(payment) })
    await send('/api/session_token/', { headers })
    await send('/api/session_token/', { headers })
  }
  return 4 * each
}

const objects = await fill()
globalThis.gc?.()
process.send?.({ objects, bytes: process.memoryUsage().rss } satisfies Filled)
