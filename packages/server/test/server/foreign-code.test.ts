import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest'

import { memoryStore, type ForageServerListener, type TokenStore } from '../../src/index.ts'
import type { TelemetryOptions } from '../../src/telemetry/telemetry.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import { settle } from '../fixtures/virtual-clock.ts'

let printed: MockInstance<typeof console.error>

beforeEach(() => {
  printed = vi.spyOn(console, 'error').mockImplementation(() => {})
})

afterEach(() => {
  printed.mockRestore()
})

class LogServiceDown extends Error {
  override readonly name = 'LogServiceDown'
}

const failures: [string, () => never | Promise<never>][] = [
  [
    'throws',
    () => {
      throw new LogServiceDown('token sandbox_secret')
    },
  ],
  ['rejects', () => Promise.reject(new LogServiceDown('token sandbox_secret'))],
  [
    'rejects a moment later',
    async () => {
      await settle()
      throw new LogServiceDown('token sandbox_secret')
    },
  ],
]

// An unhandled rejection would make the test runner fail.
describe.each(failures)('code of the application that %s', (_, fail) => {
  it('a listener ends nothing: the other listeners get every event, and learn of the failure', async () => {
    const { forage, events, eventsOf } = createFixture()
    const seen: string[] = []
    forage.on(fail)
    forage.on(({ type }) => seen.push(type))
    await forage.mintSessionToken({ merchantAccount })
    await settle()
    await settle()
    expect(eventsOf('hook-failed')[0]).toMatchObject({ hook: 'listener', error: 'LogServiceDown' })
    expect(seen).toEqual(events.map(({ type }) => type))
    expect(seen).toContain('session-token-minted')
    expect(JSON.stringify(events)).not.toContain('sandbox_secret')
  })

  it('two listeners that always fail do not report each other without end', async () => {
    const { forage, eventsOf } = createFixture()
    forage.on(fail)
    forage.on(() => fail())
    await forage.pool('web').getToken()
    await settle()
    await settle()
    // Each of the two events failed in two listeners.
    expect(eventsOf('hook-failed')).toHaveLength(4)
  })

  it('the console shows one line about the listener, without its message', async () => {
    const { forage } = createFixture()
    forage.on(fail)
    await forage.pool('web').getToken()
    await settle()
    await settle()
    expect(printed.mock.calls).toEqual([
      ['@forage-session/server: a listener of events failed (LogServiceDown)'],
    ])
  })

  it('telemetry fails no call, no creation and no close', async () => {
    const instrument = { add: fail, record: fail, addCallback: fail, removeCallback: fail }
    const span = { setStatus: fail, end: fail }
    const telemetry = {
      meter: {
        createCounter: () => instrument,
        createHistogram: () => instrument,
        createObservableGauge: () => instrument,
      },
      tracer: { startSpan: () => span },
    }
    const { forage, eventsOf } = createFixture({ telemetry })
    await forage.mintSessionToken({ merchantAccount })
    await forage.close()
    await settle()
    await settle()
    expect(eventsOf('hook-failed')[0]).toMatchObject({ hook: 'telemetry', error: 'LogServiceDown' })
  })

  it('`waitUntil` fails no call', async () => {
    const { forage, eventsOf } = createFixture({ waitUntil: fail })
    expect((await forage.mintSessionToken({ merchantAccount })).token).toMatch(/^sandbox_/)
    await settle()
    await settle()
    expect(eventsOf('hook-failed')[0]).toMatchObject({ hook: 'waitUntil', error: 'LogServiceDown' })
  })

  it('the notices of a store fail no change and no close', async () => {
    const store: TokenStore = {
      ...memoryStore({ singleInstance: true }),
      publish: fail,
      subscribe: async () => fail,
    }
    const { forage, upstream } = createFixture({ store })
    await forage.mintSessionToken({ merchantAccount })
    await forage.pool('web').freeze({ reason: 'a test' })
    await forage.close()
    await settle()
    expect(upstream.issued).toHaveLength(2)
  })
})

it('a meter and a tracer that cannot create anything fail no creation of a server', async () => {
  const fail = (): never => {
    throw new LogServiceDown()
  }
  const telemetry = {
    meter: { createCounter: fail, createHistogram: fail, createObservableGauge: fail },
    tracer: { startSpan: fail },
  } satisfies TelemetryOptions
  const { forage } = createFixture({ telemetry })
  expect((await forage.mintSessionToken({ merchantAccount })).token).toMatch(/^sandbox_/)
  await forage.close()
})

it('a listener that was removed gets no report', async () => {
  const { forage } = createFixture()
  const seen: string[] = []
  const listener: ForageServerListener = ({ type }) => seen.push(type)
  forage.on(listener)()
  forage.on(() => {
    throw new LogServiceDown()
  })
  await forage.pool('web').getToken()
  expect(seen).toEqual([])
})
