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
  /** The ref of the object that changed. */
  readonly ref: string
  /** The object after the change, in the format of the API. */
  readonly data: Readonly<Record<string, unknown>>
}

export interface EmulatorEvents {
  emit(event: EmulatorEvent): void
  subscribe(listener: (event: EmulatorEvent) => void): () => void
}

export function createEvents(): EmulatorEvents {
  const listeners = new Set<(event: EmulatorEvent) => void>()
  return {
    emit: (event) => {
      for (const listener of listeners) listener(event)
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
