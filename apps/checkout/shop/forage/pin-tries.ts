import type { Order } from '../../src/merchant/api/shop-api.ts'
import { createStoredText } from '../shared/stored-text.ts'

/** A card is locked for 24 hours after this many wrong PINs (docs.joinforage.app/docs/ebt-error-codes, 75). */
const tries = 4
const dayMs = 24 * 60 * 60_000
const stored = createStoredText('wrong-pins')

/** The wrong PINs in a row of each card, by the card's mark. */
type WrongPins = Readonly<Record<string, { readonly count: number; readonly at: number }>>

/** The customer entered a wrong PIN. It replaces the error of the SDK, which does not say how many tries are left. */
export class WrongPinError extends Error {
  override readonly name = 'WrongPinError'
  /** 0 if the card is locked now. */
  readonly triesLeft: number

  constructor(triesLeft: number) {
    super('The PIN is wrong.')
    this.triesLeft = triesLeft
  }
}

/**
 * Returns a mark of the order's card, which stays the same if the card is entered again and gets another ref. It shows
 * neither the digits nor the customer, because it stays in the browser after the customer signs out (FNV-1a, 32 bits).
 */
export function cardMark({ customerId, card }: Pick<Order, 'customerId' | 'card'>): string {
  let mark = 0x811c9dc5
  for (const character of `${customerId} ${card?.last4}`)
    mark = Math.imul(mark ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return mark.toString(16)
}

/** Calls `send`, which sends the PIN of this card, and counts wrong PINs. The right PIN ends the count. */
export async function countingWrongPins<T>(
  card: string,
  send: () => Promise<T>,
  isWrongPin: (error: unknown) => boolean,
): Promise<T> {
  try {
    const answer = await send()
    writeCounts(withoutCard(wrongPinsFrom(stored.read()), card))
    return answer
  } catch (error) {
    if (!isWrongPin(error)) throw error
    const { wrongPins, triesLeft } = withWrongPin(wrongPinsFrom(stored.read()), card, Date.now())
    writeCounts(wrongPins)
    throw new WrongPinError(triesLeft)
  }
}

/** Adds a wrong PIN. A count that is a day old is over, because the card's lock would be as well. */
export function withWrongPin(
  wrongPins: WrongPins,
  card: string,
  now: number,
): { wrongPins: WrongPins; triesLeft: number } {
  const known = wrongPins[card]
  const count = known && now - known.at < dayMs ? known.count + 1 : 1
  const triesLeft = tries - count
  // After the lock, the count starts again.
  const rest = withoutCard(wrongPins, card)
  return { wrongPins: triesLeft > 0 ? { ...rest, [card]: { count, at: now } } : rest, triesLeft }
}

/** Parses the stored counts. Leaves out invalid ones, because the storage may contain anything. */
export function wrongPinsFrom(text: string | null): WrongPins {
  try {
    const entries = Object.entries(Object(JSON.parse(text ?? '')) as Record<string, unknown>)
    return Object.fromEntries(entries.filter(isCount))
  } catch {
    return {}
  }
}

function isCount(entry: [string, unknown]): entry is [string, WrongPins[string]] {
  const { count, at } = Object(entry[1]) as Partial<WrongPins[string]>
  return Number.isInteger(count) && Number(count) > 0 && Number(count) < tries && typeof at === 'number'
}

function withoutCard(wrongPins: WrongPins, card: string): WrongPins {
  return Object.fromEntries(Object.entries(wrongPins).filter(([other]) => other !== card))
}

function writeCounts(wrongPins: WrongPins): void {
  stored.write(JSON.stringify(wrongPins))
}
