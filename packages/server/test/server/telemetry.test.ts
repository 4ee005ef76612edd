import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type Histogram,
  type MetricData,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterEach, expect, it } from 'vitest'

import { createForageServer, type ForageServerEvent, type ForageServerOptions } from '../../src/index.ts'
import { countOf } from '../../src/telemetry/telemetry-count.ts'
import { separateStore } from '../fixtures/separate-store.ts'
import { createFixture, merchantAccount, type ServerFixture } from '../fixtures/server-fixture.ts'
import {
  clientId,
  clientSecret,
  invalidToken,
  oauthError,
  revokePath,
  sessionTokenPath,
  tokenPath,
} from '../fixtures/upstream-stub.ts'

const providers: (MeterProvider | BasicTracerProvider)[] = []

afterEach(async () => {
  await Promise.all(providers.splice(0).map((provider) => provider.shutdown()))
})

interface Observed extends ServerFixture {
  /** Returns all metrics so far. */
  metrics: () => Promise<MetricData[]>
  /** Returns one metric as `label=value,… → number`. */
  points: (name: string) => Promise<Record<string, number>>
  spans: InMemorySpanExporter
  request: (checkoutId: string, headers?: Record<string, string>) => Promise<Response>
}

function createObserved(options: Partial<ForageServerOptions> = {}): Observed {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const meters = new MeterProvider({ readers: [reader] })
  const spans = new InMemorySpanExporter()
  const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })
  providers.push(meters, tracers)
  const telemetry = { meter: meters.getMeter('shop'), tracer: tracers.getTracer('shop') }
  const fixture = createFixture({ telemetry, ...options })
  const handler = fixture.forage.sessionTokenHandler({
    authorize: (_request, { checkoutId }) => ({ subject: 'alice', checkoutId: checkoutId!, merchantAccount }),
  })
  const metrics = async (): Promise<MetricData[]> => {
    exporter.reset()
    await meters.forceFlush()
    return exporter.getMetrics().flatMap((each) => each.scopeMetrics.flatMap((scope) => scope.metrics))
  }
  return {
    ...fixture,
    metrics,
    points: async (name) => pointsOf((await metrics()).find(({ descriptor }) => descriptor.name === name)),
    spans,
    request: async (checkoutId, headers) =>
      handler(
        new Request('https://shop.example/token', {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers },
          body: JSON.stringify({ checkout_id: checkoutId }),
        }),
      ),
  }
}

function pointsOf(metric: MetricData | undefined): Record<string, number> {
  const points = metric?.dataPoints ?? []
  return Object.fromEntries(
    points.map(({ attributes, value }) => [
      Object.entries(attributes)
        .map(([name, text]) => `${name}=${String(text)}`)
        .join(','),
      typeof value === 'number' ? value : (value.sum ?? Number.NaN),
    ]),
  )
}

/** Runs four checkouts, with a token endpoint that fails first, a refused page, and two 401s about the token. */
async function trade({ request, clock, forage, upstream }: Observed): Promise<void> {
  upstream.answerNext(tokenPath, oauthError(503, 'temporarily_unavailable'))
  await request('cart-1')
  await clock.advance(60_000)
  await request('cart-1')
  await request('cart-2', { 'sec-fetch-site': 'cross-site' })
  await clock.advance(60_000)
  upstream.answerNext('/api/payments/', invalidToken())
  await forage.fetch('/api/payments/')
  upstream.answerNext(sessionTokenPath, new Response(null, { status: 502 }))
  await request('cart-3')
  await clock.advance(60_000)
  // The call, and the probe before the second token is dropped.
  upstream.answerNext(sessionTokenPath, invalidToken(), invalidToken())
  await request('cart-4')
}

it('the counters match the requests, mints, failures and 401s that happened', async () => {
  const observed = createObserved()
  await trade(observed)
  const { points } = observed
  expect(await points('forage.endpoint.requests')).toEqual({
    'http.response.status_code=200': 2,
    'http.response.status_code=403,error.type=origin_denied': 1,
    'http.response.status_code=503,error.type=upstream_unavailable': 2,
  })
  expect(await points('forage.authentication_token.requests')).toEqual({
    'forage.pool=web,forage.outcome=failed,error.type=transient': 1,
    'forage.pool=web,forage.outcome=received': 3,
  })
  expect(await points('forage.authentication_token.unauthorized')).toEqual({ 'forage.pool=web': 2 })
  expect(await points('forage.session_token.mints')).toEqual({
    'forage.pool=web,forage.outcome=minted': 2,
    'forage.pool=web,forage.outcome=failed,error.type=upstream_unavailable': 2,
  })
})

it('the gauge shows the state of each pool when metrics are collected', async () => {
  const { points, request, upstream, clock } = createObserved()
  const state = async (): Promise<string[]> =>
    Object.entries(await points('forage.pool.state')).flatMap(([labels, value]) =>
      value === 1 ? [labels] : [],
    )
  expect(await state()).toEqual(['forage.pool=web,forage.pool.state=empty'])
  upstream.answerNext(tokenPath, oauthError(503, 'temporarily_unavailable'))
  await request('cart-1')
  expect(await state()).toEqual(['forage.pool=web,forage.pool.state=failed'])
  await clock.advance(60_000)
  await request('cart-1')
  expect(await state()).toEqual(['forage.pool=web,forage.pool.state=ready'])
})

it('the gauge shows that a pool is frozen', async () => {
  const { forage, points } = createObserved()
  await forage.pool('web').freeze({ reason: 'drill' })
  expect(await points('forage.pool.state')).toMatchObject({
    'forage.pool=web,forage.pool.state=frozen': 1,
    'forage.pool=web,forage.pool.state=empty': 0,
  })
})

it('requests to Forage appear as durations in seconds and as client spans', async () => {
  const { points, spans, request, upstream, clock } = createObserved()
  const late = (answer: Response) => async (): Promise<Response> => {
    await clock.advance(1500)
    return answer
  }
  upstream.answerNext(tokenPath, late(oauthError(503, 'temporarily_unavailable')))
  await request('cart-1')
  await clock.advance(60_000)
  upstream.answerNext(sessionTokenPath, late(Response.json({ token: 'sandbox_eyJhIjo0Mn0.aHe7Tw.late' })))
  const startedAt = clock.now()
  await request('cart-1')
  expect(await points('forage.authentication_token.duration')).toEqual({
    'forage.pool=web,forage.outcome=failed,error.type=transient': 1.5,
    'forage.pool=web,forage.outcome=received': 0,
  })
  expect(await points('forage.session_token.duration')).toMatchObject({
    'forage.pool=web,forage.outcome=minted': 1.5,
  })
  expect(await points('forage.endpoint.duration')).toMatchObject({ 'http.response.status_code=200': 1.5 })
  const finished = spans.getFinishedSpans()
  expect(finished.map(({ name, status }) => [name, status.code])).toEqual([
    ['forage.authentication_token.request', SpanStatusCode.ERROR],
    ['forage.session_token.mint', SpanStatusCode.ERROR],
    ['forage.authentication_token.request', SpanStatusCode.UNSET],
    ['forage.session_token.mint', SpanStatusCode.UNSET],
  ])
  const [seconds, nanoseconds] = finished[3]!.startTime
  expect(seconds * 1000 + nanoseconds / 1e6).toBe(startedAt)
  expect(finished[3]).toMatchObject({ kind: SpanKind.CLIENT, duration: [1, 500_000_000] })
})

it('the buckets of the durations tell a fast answer from a slow one', async () => {
  const { metrics, request, upstream, clock } = createObserved()
  const after = (ms: number) => async (): Promise<Response> => {
    await clock.advance(ms)
    return Response.json({ token: 'sandbox_eyJhIjo0Mn0.aHe7Tw.late' })
  }
  upstream.answerNext(sessionTokenPath, after(200), after(3000))
  await request('cart-1')
  await request('cart-2')
  for (const name of ['forage.endpoint.duration', 'forage.session_token.duration']) {
    const durations = (await metrics()).find(({ descriptor }) => descriptor.name === name)
    const buckets = durations?.dataPoints.map(({ value }) => (value as Histogram).buckets) ?? []
    const filled = buckets.flatMap(({ boundaries, counts }) =>
      counts.flatMap((count, i) => (count > 0 ? [[count, boundaries[i]]] : [])),
    )
    expect([name, ...filled]).toEqual([name, [1, 0.25], [1, 5]])
  }
})

it('the gauge of the store is 0 from the first call that the store fails until one that succeeds', async () => {
  const store = separateStore()
  const flaky = { isDown: false }
  const { points, request, clock } = createObserved({
    store: {
      capabilities: store.capabilities,
      get: async (key) => (flaky.isDown ? Promise.reject(new Error('down')) : store.get(key)),
      cas: async (...change) => (flaky.isDown ? Promise.reject(new Error('down')) : store.cas(...change)),
    },
  })
  const available = { 'forage.pool=web': 1 }
  expect(await points('forage.store.available')).toEqual(available)
  await request('cart-1')
  flaky.isDown = true
  await clock.advance(60_000)
  await request('cart-2')
  expect(await points('forage.store.available')).toEqual({ 'forage.pool=web': 0 })
  expect(await points('forage.store.outages')).toEqual({ 'forage.pool=web': 1 })
  flaky.isDown = false
  await clock.advance(60_000)
  await request('cart-3')
  expect(await points('forage.store.available')).toEqual(available)
})

it('no label contains a merchant, customer, checkout, token or credential', async () => {
  const observed = createObserved()
  await trade(observed)
  const { metrics, spans, upstream } = observed
  const finished = spans
    .getFinishedSpans()
    .map(({ name, attributes, status, events }) => ({ name, attributes, status, events }))
  const text = JSON.stringify([await metrics(), finished])
  expect(text).toContain('forage.session_token.mints')
  const secrets = [clientId, clientSecret, ...upstream.issued, '123ab45c67', 'alice', 'cart-']
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
})

it('unknown fields of an event never become labels', () => {
  const event = {
    type: 'session-token-minted',
    pool: 'web',
    fingerprint: 'f',
    merchantAccount,
    subject: 'alice',
  }
  expect(countOf(event as unknown as ForageServerEvent)?.attributes).toEqual({
    'forage.pool': 'web',
    'forage.outcome': 'minted',
  })
})

it('revocations are counted by outcome', async () => {
  const { forage, upstream, clock, points, request } = createObserved()
  await request('cart-1')
  await forage.pool('web').rotate()
  upstream.answerNext(revokePath, new Response(null, { status: 503 }))
  const failed = new Promise<void>((resolve) => {
    forage.on(({ type }) => {
      if (type === 'authentication-token-revocation-failed') resolve()
    })
  })
  // Its session tokens have expired, so the next read of the slot revokes it, and the one after that retries.
  await clock.advance(20 * 60_000)
  await request('cart-2')
  await failed
  await clock.advance(20 * 60_000)
  await request('cart-3')
  await forage.close()
  expect(upstream.count(revokePath)).toBe(2)
  expect(await points('forage.authentication_token.revocations')).toEqual({
    'forage.pool=web,forage.outcome=failed': 1,
    'forage.pool=web,forage.outcome=revoked': 1,
  })
})

it('a meter or a tracer may be given alone, and close ends the gauge', async () => {
  const { forage, points } = createObserved()
  await forage.close()
  expect(await points('forage.pool.state')).toEqual({})
  const tracer = new BasicTracerProvider().getTracer('shop')
  const { upstream, forage: traced } = createFixture({ telemetry: { tracer } })
  await traced.mintSessionToken({ merchantAccount })
  expect(upstream.count(sessionTokenPath)).toBe(1)
})

it('createForageServer throws for an invalid meter or tracer', () => {
  const credentials = { clientId, clientSecret }
  const create = (telemetry: unknown): void => {
    createForageServer({ environment: 'sandbox', credentials, telemetry: telemetry as object })
  }
  expect(() => create({ meter: {} })).toThrow('Option "telemetry"')
  expect(() => create({ tracer: 'yes' })).toThrow('Option "telemetry"')
})

it('a mint whose caller aborts emits the code "aborted"', async () => {
  const { forage, upstream, eventsOf } = createFixture()
  const caller = new AbortController()
  upstream.answerNext(sessionTokenPath, async () => {
    caller.abort()
    return new Response(null, { status: 502 })
  })
  await expect(forage.mintSessionToken({ merchantAccount, signal: caller.signal })).rejects.toThrow('aborted')
  expect(eventsOf('session-token-failed')).toMatchObject([{ code: 'aborted' }])
})
