import type { DatabaseSync } from 'node:sqlite'

import { createCardProcessor, type CardProcessor } from '../../src/merchant/processors/card-processor.ts'
import { signal } from '../forage-line.ts'
import { cardBook, type BookedPayment } from './books.ts'

type Call = keyof CardProcessor
type Act = (send: () => Promise<unknown>) => Promise<unknown>

/** The connection from the backend to the card processor, which tests can disturb. */
export interface CardLine {
  /** The option `cardProcessor` of the checkout. */
  readonly connect: (database: DatabaseSync) => CardProcessor
  /** The processor itself, which no disturbance affects. */
  readonly processor: CardProcessor
  /** Changes the answers to one call until the next `disturb`. Without an argument, ends the disturbance. */
  disturb(call?: Call, act?: Act): void
  /** Returns how often such a call was made. */
  made(call: Call): number
  /** Returns the processor's books. */
  book(): Omit<BookedPayment, 'ref' | 'orderId'>[]
}

export function cardLine(): CardLine {
  let database: DatabaseSync
  let processor: CardProcessor
  let disturbance: { call: Call | undefined; act: Act | undefined } = { call: undefined, act: undefined }
  const log: Call[] = []
  const disturbable =
    <G extends unknown[], T>(call: Call, send: (...given: G) => Promise<T>) =>
    async (...given: G): Promise<T> => {
      log.push(call)
      const run = (): Promise<T> => send(...given)
      return disturbance.call === call && disturbance.act ? ((await disturbance.act(run)) as T) : await run()
    }
  return {
    connect(opened) {
      database = opened
      processor = createCardProcessor(opened)
      return {
        authorize: disturbable('authorize', processor.authorize),
        capture: disturbable('capture', processor.capture),
        release: disturbable('release', processor.release),
        refund: disturbable('refund', processor.refund),
      }
    },
    get processor() {
      return processor
    },
    disturb: (call, act) => (disturbance = { call, act }),
    made: (call) => log.filter((each) => each === call).length,
    book: () =>
      cardBook(database).map(({ chargedCents, refundedCents, isOpen }) => ({
        chargedCents,
        refundedCents,
        isOpen,
      })),
  }
}

/** The processor handles the call, but its answer is lost. */
export async function unanswered(send: () => Promise<unknown>): Promise<never> {
  await send()
  throw new TypeError('fetch failed')
}

/** The processor handles the first call, but its answer is held until `release` is called. */
export function heldCall(): { act: Act; arrived: Promise<void>; release: () => void } {
  const arrival = signal()
  const going = signal()
  return {
    arrived: arrival.given,
    release: going.give,
    async act(send) {
      const answer = await send()
      arrival.give()
      await going.given
      return answer
    },
  }
}
