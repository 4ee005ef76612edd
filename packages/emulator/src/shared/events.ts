import type { Random } from './random.ts'

/** docs.joinforage.app/docs/webhooks-configure. No event is about tokens. */
export const eventTypes = [
  'ORDER_STATUS_UPDATED',
  'PAYMENT_STATUS_UPDATED',
  'REFUND_STATUS_UPDATED',
  'MERCHANT_ONBOARDING_SUBMITTED',
  'MERCHANT_ONBOARDING_VERIFICATION_FAILED',
  'MERCHANT_ONBOARDING_LIVE',
] as const

/** A type of webhook that Forage documents. */
export type EventType = (typeof eventTypes)[number]

/** A change that webhooks report to a merchant's backend. */
export interface EmulatorEvent {
  /** The kind of change. */
  readonly type: EventType
  /** The event's own ref: 10 hex digits, the same in each attempt to deliver the event. */
  readonly ref: string
  /**
   * The ref, the new status and the amounts of the changed object, as in docs.joinforage.app/docs/webhooks-event-reference.
   * It is not the object of the API.
   */
  readonly data: Readonly<Record<string, unknown>>
}

export interface EmulatorEvents {
  /** Reports a change. The event gets its own ref. */
  emit(change: Omit<EmulatorEvent, 'ref'>): void
  subscribe(listener: (event: EmulatorEvent) => void): () => void
}

export function createEvents(random: Random): EmulatorEvents {
  const listeners = new Set<(event: EmulatorEvent) => void>()
  return {
    emit: ({ type, data }) => {
      const event: EmulatorEvent = { type, ref: random.hex(10), data }
      for (const listener of listeners) listener(event)
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
