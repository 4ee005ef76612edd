import { createEmulator, type Emulator } from '../../src/index.ts'
import { stoppedClock, basic } from '../merchant.ts'
import type { FuzzedRequest } from './fuzzed-request.ts'
import { createWatchedJournal, type WatchedJournal } from './watched-journal.ts'

/** One emulator with something of everything in it, and the names that requests know it by. */
export interface World {
  readonly emulator: Emulator
  readonly journal: WatchedJournal
  send(request: FuzzedRequest): Promise<{ method: string; path: string; status: number; text: string }>
}

export async function createWorld(): Promise<World> {
  const journal = createWatchedJournal()
  const emulator = createEmulator({ clock: stoppedClock(), journal })
  const known: Record<string, string> = {
    $clientId: emulator.clientId,
    $clientSecret: emulator.clientSecret,
    $basic: basic(emulator).slice('Basic '.length),
    $card: '9999420000000001',
  }
  const made: string[] = []
  const world: World = {
    emulator,
    journal,
    send: async (asked) => {
      const request = toRequest(asked, (text) => resolve(text, known, made))
      const response = await emulator.fetch(request)
      const text = await response.text()
      const ref = /"(?:ref|link_id)":"([\w-]+)"/.exec(text)?.[1]
      if (response.ok && ref !== undefined) made.push(ref)
      return { method: request.method, path: new URL(request.url).pathname, status: response.status, text }
    },
  }
  Object.assign(known, await furnish(world))
  return world
}

/** Whole strings only, so that what is no name stays what it is. */
function resolve(text: string, known: Readonly<Record<string, string>>, made: readonly string[]): string {
  return text.replaceAll(/\$(\w+)/g, (name, word: string) => {
    const position = /^made(\d)$/.exec(word)?.[1]
    return (position === undefined ? known[name] : made.at(-1 - Number(position))) ?? name
  })
}

function toRequest({ method, path, headers, body }: FuzzedRequest, fill: (text: string) => string): Request {
  const url = new URL(fill(path), 'http://localhost')
  const filled = Object.entries(headers).map(([name, value]): [string, string] => [name, fill(value)])
  const hasBody = body !== undefined && method !== 'GET' && method !== 'HEAD'
  const form = headers['Content-Type'] === 'application/x-www-form-urlencoded'
  const sent = hasBody ? { body: fill(form ? body.replaceAll('%24', '$') : body) } : {}
  return new Request(url, { method, headers: filled, ...sent })
}

async function furnish(world: World): Promise<Record<string, string>> {
  const oauth = async (scope: string): Promise<string> => {
    const body = new URLSearchParams({ grant_type: 'client_credentials', scope }).toString()
    const headers = {
      Authorization: 'Basic $basic',
      'Content-Type': 'application/x-www-form-urlencoded',
    }
    return await made(world, { method: 'POST', path: '/o/token/', headers, body }, 'access_token')
  }
  const post = (path: string, token: string, body: object, name: string): Promise<string> => {
    const headers = {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
      'Merchant-Account': '123ab45c67',
      'Idempotency-Key': 'furnished',
    }
    return made(world, { method: 'POST', path, headers, body: JSON.stringify(body) }, name)
  }
  const pinpad = await oauth('pinpad_only')
  const expired = await post('/api/session_token/', pinpad, {}, 'token')
  world.emulator.control.expireSessionTokens()
  const live = await post('/api/session_token/', pinpad, {}, 'token')
  const card = { type: 'ebt', reusable: true, card: { number: '$card' }, customer_id: 'customer-1' }
  const paymentMethod = await post('/api/payment_methods/', pinpad, card, 'ref')
  const cardToken = await post('/api/payment_methods/', pinpad, card, 'card.token')
  const payment = {
    funding_type: 'ebt_snap',
    payment_method: paymentMethod,
    amount: '20.00',
    description: 'Groceries',
    metadata: {},
    is_delivery: false,
  }
  const quidkey = { grant_type: 'client_credentials', client_id: '$clientId', client_secret: '$clientSecret' }
  const access = await post('/api/v1/oauth2/token', '', quidkey, 'data.access_token')
  const order = { amount: 5000, currency: 'EUR', payment_reference: 'INV-1' }
  return {
    $expired: expired,
    $live: live,
    $accounts: await oauth('accounts'),
    $hosted_checkout: await oauth('hosted_checkout'),
    $pinpad_only: pinpad,
    $reporting: await oauth('reporting'),
    $paymentMethod: paymentMethod,
    $vaultToken: cardToken.split(',')[2] ?? '',
    $payment: await post('/api/payments/', pinpad, payment, 'ref'),
    $quidkeyAccess: access,
    $quidkeyRefresh: await post('/api/v1/oauth2/token', '', quidkey, 'data.refresh_token'),
    $link: await post('/api/v1/payment-links', access, { order }, 'data.link_id'),
    $orphan: await orphan(world, await oauth('pinpad_only'), post),
  }
}

/** A session token whose authentication token was revoked. */
async function orphan(
  world: World,
  parent: string,
  post: (path: string, token: string, body: object, name: string) => Promise<string>,
): Promise<string> {
  const token = await post('/api/session_token/', parent, {}, 'token')
  const headers = {
    Authorization: 'Basic $basic',
    'Content-Type': 'application/x-www-form-urlencoded',
  }
  await world.send({ method: 'POST', path: '/o/revoke_token/', headers, body: `token=${parent}` })
  return token
}

/** The field of the answer, by its dotted path. */
async function made(world: World, request: FuzzedRequest, name: string): Promise<string> {
  const { status, text } = await world.send(request)
  let found: unknown = JSON.parse(text)
  for (const part of name.split('.')) found = Object(found)[part]
  if (typeof found === 'string') return found
  throw new Error(`No \`${name}\` in the answer ${status} to ${request.path}: ${text}`)
}
