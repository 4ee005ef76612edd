// A merchant's program: it mints, calls the API, closes what it opened, and should end then. Run by `process.test.ts`.
import { createForageServer, memoryStore } from '../../src/index.ts'
import { createUpstream, clientId, clientSecret } from '../fixtures/upstream-stub.ts'

const merchantAccount = 'mid/123ab45c67'

const server = (options: Partial<Parameters<typeof createForageServer>[0]> = {}) =>
  createForageServer({
    environment: 'sandbox',
    credentials: { clientId, clientSecret },
    fetch: createUpstream().fetch,
    ...options,
  })

const logServiceDown = async (): Promise<never> => {
  await new Promise((resolve) => void setTimeout(resolve, 1))
  throw new Error('the log service is down')
}

const programs: Record<string, () => Promise<void>> = {
  async closed() {
    const forage = server()
    await forage.mintSessionToken({ merchantAccount })
    // The body is never read.
    await forage.fetch('/api/payments/')
    await forage.close()
  },
  async 'not closed'() {
    const forage = server()
    await forage.mintSessionToken({ merchantAccount })
    await forage.fetch('/api/payments/')
  },
  async 'closed during a store outage'() {
    const down = async (): Promise<never> => {
      throw new Error('connect ECONNREFUSED')
    }
    const forage = server({ store: { ...memoryStore({ singleInstance: true }), get: down, cas: down } })
    await forage.mintSessionToken({ merchantAccount })
    await forage.close()
  },
  async 'closed while the store hangs'() {
    const hangs = (): Promise<never> => new Promise(() => {})
    const store = { ...memoryStore({ singleInstance: true }), get: hangs, cas: hangs, subscribe: hangs }
    const forage = server({ store })
    await forage.mintSessionToken({ merchantAccount })
    await forage.close()
  },
  async 'listeners and hooks that reject'() {
    const instrument = {
      add: logServiceDown,
      record: logServiceDown,
      addCallback: logServiceDown,
      removeCallback: logServiceDown,
    }
    const meter = {
      createCounter: () => instrument,
      createHistogram: () => instrument,
      createObservableGauge: () => instrument,
    }
    const forage = server({ telemetry: { meter } })
    forage.on(logServiceDown)
    const handler = forage.sessionTokenHandler({
      authorize: () => ({ subject: 'alice', checkoutId: 'cart-1', merchantAccount }),
      clientIp: logServiceDown,
      origins: logServiceDown,
      rateLimit: { subject: { consume: logServiceDown } },
    })
    const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }
    for (const more of [{}, { origin: 'https://shop.example' }]) {
      const init = { method: 'POST', headers: { ...headers, ...more }, body: '{}' }
      console.log((await handler(new Request('https://shop.example/token', init))).status)
    }
    await forage.close()
  },
}

await programs[process.argv[2]!]!()
console.log('closed')
