import {
  createForageServer,
  type ForageServer,
  type ForageServerEvent,
  type ForageServerOptions,
} from '../src/index.ts'
import { clientId, clientSecret, createUpstream, type UpstreamStub } from './upstream-stub.ts'
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts'

export const merchantAccount = 'mid/123ab45c67'

export interface ServerFixture {
  forage: ForageServer
  upstream: UpstreamStub
  clock: VirtualClock
  events: ForageServerEvent[]
  /** Events of one type. */
  eventsOf: <Type extends ForageServerEvent['type']>(
    type: Type,
  ) => Extract<ForageServerEvent, { type: Type }>[]
}

/** A server on a virtual clock before a stub of Forage. `random` is 0.5. */
export function createFixture(
  options: Partial<ForageServerOptions> = {},
  upstream: UpstreamStub = createUpstream(),
  clock: VirtualClock = createVirtualClock(),
): ServerFixture {
  const forage = createForageServer({
    environment: 'sandbox',
    credentials: { clientId, clientSecret },
    fetch: upstream.fetch,
    clock,
    random: () => 0.5,
    ...options,
  })
  const events: ForageServerEvent[] = []
  forage.on((event) => events.push(event))
  return {
    forage,
    upstream,
    clock,
    events,
    eventsOf: (type) => events.filter((event) => event.type === type) as never,
  }
}
