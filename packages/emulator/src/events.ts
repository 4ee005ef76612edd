/** docs.joinforage.app/docs/webhooks-configure: there are none about tokens. */
export const eventTypes = [
  'ORDER_STATUS_UPDATED',
  'PAYMENT_STATUS_UPDATED',
  'REFUND_STATUS_UPDATED',
  'MERCHANT_ONBOARDING_SUBMITTED',
  'MERCHANT_ONBOARDING_VERIFICATION_FAILED',
  'MERCHANT_ONBOARDING_LIVE',
] as const

/** The types of webhooks that Forage documents. */
export type EventType = (typeof eventTypes)[number]

/** Something that a merchant's backend may be told. `data` is the object as the API writes it. */
export interface EmulatorEvent {
  /** What changed. */
  readonly type: EventType
  /** Of the object that changed. */
  readonly ref: string
  /** The object after the change. */
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
