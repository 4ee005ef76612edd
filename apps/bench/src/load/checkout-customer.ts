import {
  createForageSession,
  isForageSessionError,
  merchantEndpoint,
  type ForageSession,
} from '@forage-session/core'

import type { Order } from '../../../checkout/src/merchant/api/shop-api.ts'
import { capturePayment, checkBalance, tokenizeCard, type SdkCall } from './forage-sdk.ts'
import type { LoadWorld } from './load-world.ts'
import type { ShopClient } from './shop-client.ts'

export interface CheckoutOutcome {
  /** Undefined if the shop did not answer in time. */
  readonly isPaid: boolean | undefined
  /** The session's token requests to the merchant's endpoint. */
  readonly tokenRequests: number
  readonly replays: number
  /** How often the customer had to type a card number or a PIN again. */
  readonly typedAgain: number
  /** The error that ended the checkout. */
  readonly problem?: string
}

export interface CustomerLife {
  readonly world: LoadWorld
  readonly shop: ShopClient
  /** Waits between two steps, while the customer thinks, reads and types. */
  readonly think: () => Promise<void>
  /** Waits before the next attempt after a failure. */
  readonly pause: () => Promise<void>
  readonly card: string
}

/** A customer presses the same button for a minute or two before giving up. */
const tries = 60

/** Runs one checkout from the cart to the receipt, with the requests of the shop's page and the SDK. */
export async function checkOut(life: CustomerLife): Promise<CheckoutOutcome> {
  const order = await life.shop.newOrder()
  const session = sessionFor(life, order)
  const counts = { tokenRequests: 0, replays: 0, typedAgain: 0 }
  session.on(({ type }) => {
    if (type === 'token-requested') counts.tokenRequests += 1
    if (type === 'request-replayed') counts.replays += 1
  })
  try {
    await pay(life, session, order, () => (counts.typedAgain += 1))
    return { ...counts, isPaid: await isPaid(life, order) }
  } catch (error) {
    return { ...counts, isPaid: await isPaid(life, order), problem: String(error) }
  } finally {
    session.close()
  }
}

async function isPaid({ shop }: CustomerLife, order: Order): Promise<boolean | undefined> {
  try {
    return (await shop.read(order)).status === 'paid'
  } catch {
    return undefined
  }
}

function sessionFor({ world, shop }: CustomerLife, { id }: Order): ForageSession {
  return createForageSession({
    tokenSource: merchantEndpoint(`${world.shopUrl}/api/forage/session-token`, { headers: shop.headers }),
    environment: { apiUrl: world.apiUrl, vaultUrl: world.vaultUrl },
    checkoutId: id,
    merchantAccount: 'mid/123ab45c67',
  })
}

async function pay(
  life: CustomerLife,
  session: ForageSession,
  order: Order,
  onTypedAgain: () => void,
): Promise<void> {
  const { world, shop, think } = life
  const { apiUrl, vaultUrl } = world
  /** Repeats a step for which the customer types the card number or PIN again after a failure. */
  const typed = <T>(run: (call: SdkCall) => Promise<T>): Promise<T> =>
    withRetries(life, onTypedAgain, () => session.withToken((token) => run({ apiUrl, vaultUrl, token })))
  const readPayment = async (ref: string): Promise<string> => {
    const response = await session.fetch(`${apiUrl}/api/payments/${ref}/`)
    if (!response.ok) throw new Error(`The payment could not be read: ${response.status}`)
    return ((await response.json()) as { status: string }).status
  }

  await think()
  const card = await typed((call) => tokenizeCard(call, life.card, order.customerId))
  await shop.chooseCard(order, card)
  await think()
  await typed((call) => checkBalance(call, card))
  await think()
  const { payments } = await shop.prepare(order, {
    snapCents: order.totalCents,
    cashCents: 0,
    cardCents: 0,
  })
  const { ref } = payments[0]!
  await withRetries(
    life,
    () => {},
    () => readPayment(ref),
  )
  await think()
  await typed(async (call) => {
    try {
      await capturePayment(call, ref)
    } catch (error) {
      // The page reads whether the card was charged before the customer types a PIN again.
      if ((await readPayment(ref)) !== 'succeeded') throw error
    }
  })
}

async function withRetries<T>(
  { pause }: CustomerLife,
  onAgain: () => void,
  run: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run()
    } catch (error) {
      if (attempt === tries) throw error
      // The typed text is lost only if the SDK had received it.
      if (!isForageSessionError(error)) onAgain()
      await pause()
    }
  }
}
