import { describe, expect, test } from 'vitest'

import {
  checkEndpoint,
  createEmulator,
  EmulatorError,
  type CheckEndpointOptions,
  type Emulator,
  type EndpointCheckId,
  type EndpointReport,
  type Switches,
} from '../../src/index.ts'
import { createIdleClock, type IdleClock } from './idle-clock.ts'
import {
  authenticationToken,
  checkoutId,
  createMerchantEndpoint,
  signedIn,
  url,
  type Mistakes,
} from './merchant-endpoint.ts'

const apiUrl = 'http://emulator.localhost'

interface World {
  readonly clock: IdleClock
  readonly emulator: Emulator
}

type Wrong = Mistakes | ((world: World) => Mistakes)

/** Checks an endpoint that makes these mistakes. */
async function check(
  wrong: Wrong = {},
  options: Partial<CheckEndpointOptions> = {},
  switches: Partial<Switches> = {},
): Promise<EndpointReport> {
  const clock = createIdleClock()
  const emulator = createEmulator({ clock, switches })
  const { clientId, clientSecret } = emulator
  const mistakes = typeof wrong === 'function' ? wrong({ clock, emulator }) : wrong
  const endpoint = createMerchantEndpoint(emulator, clock, mistakes)
  const fetch = clock.counting((input, init) =>
    input.startsWith(apiUrl) ? emulator.fetch(new Request(input, init)) : endpoint(input, init),
  )
  const customer = { headers: signedIn, checkoutId, environment: apiUrl, clientId, clientSecret }
  return checkEndpoint({ url, ...customer, clock, fetch, ...options })
}

function failures({ checks }: EndpointReport): string[] {
  return checks.filter(({ status }) => status === 'fail').map(({ id }) => id)
}

function find({ checks }: EndpointReport, id: EndpointCheckId): EndpointReport['checks'][number] {
  return checks.find((each) => each.id === id)!
}

/** The page's origin in the checks of another origin, with what allows it. */
const app = 'https://app.example'
const allowsApp = {
  'access-control-allow-origin': app,
  'access-control-allow-credentials': 'true',
}
const preflight = (headers: object) => (): Response =>
  new Response(null, { status: 204, headers: { ...allowsApp, ...headers } })
const tracing = 'content-type, traceparent, tracestate, baggage, sentry-trace'

const redirect = (): Response => new Response(null, { status: 302, headers: { location: '/login' } })
const page = (status: number) => (): Response =>
  new Response('<h1>Sign in</h1>', { status, headers: { 'content-type': 'text/html' } })
const limited = (headers: Record<string, string>) => (inProgress: number) =>
  inProgress < 15 ? undefined : Response.json({ code: 'rate_limited' }, { status: 429, headers })

describe('checkEndpoint', () => {
  test.each(['signed', 'jwt', 'jwt-without-iat'] as const)(
    'a correct endpoint passes every check with tokens in the format %s',
    async (tokenFormat) => {
      const report = await check({}, {}, { tokenFormat })
      expect(failures(report)).toEqual([])
      expect(report.ok).toBe(true)
      const skipped = report.checks.filter(({ status }) => status === 'skip').map(({ id }) => id)
      expect(skipped).toEqual(['retry-after', 'cors'])
    },
  )

  test('the report has each check once, with its weight', async () => {
    const { checks } = await check()
    expect(checks.map(({ id }) => id).join(' ')).toBe(
      'token token-kind expires-in fresh rejected methods content-type origin signed-out other-checkout ' +
        'unknown-members bad-body large-body parallel retry-after secrets cors latency',
    )
    const heavy = checks.filter(({ severity }) => severity === 'critical').map(({ id }) => id)
    expect(heavy).toEqual(['token-kind', 'signed-out', 'other-checkout', 'secrets'])
    expect(checks.filter(({ severity }) => severity === 'warning').map(({ id }) => id)).toEqual(['latency'])
  })

  test.each<[EndpointCheckId, string, Wrong, Partial<CheckEndpointOptions>?]>([
    ['token', 'has no member `token`', { answerToken: (token) => Response.json({ session_token: token }) }],
    ['token', 'answers 201', { answerToken: (token) => Response.json({ token }, { status: 201 }) }],
    ['token', 'redirects', { answerToken: redirect }],
    ['token', 'answers with a page', { answerToken: page(200) }],
    [
      'token',
      'needs six seconds for the first token',
      ({ clock }) => {
        let isFirst = true
        return {
          mint: (mint) => {
            if (isFirst) clock.pass(6000)
            isFirst = false
            return mint()
          },
        }
      },
    ],
    [
      'token-kind',
      'answers with authentication tokens',
      ({ emulator }) => ({ mint: () => authenticationToken(emulator), expiresIn: () => 900 }),
    ],
    ['token-kind', 'answers with tokens of another environment', {}, { environment: 'production' }],
    [
      'token-kind',
      'answers with tokens that the environment refuses',
      { mint: async (mint) => (await mint()).replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) },
    ],
    [
      'token-kind',
      'answers with something that is no token',
      () => {
        let count = 0
        return { mint: async () => `hello ${count++}` }
      },
    ],
    ['expires-in', 'counts in milliseconds', { expiresIn: (left) => left * 1000 }],
    ['expires-in', 'has no lifetime', { expiresIn: () => undefined }],
    ['expires-in', 'has a text as lifetime', { expiresIn: (left) => `${left}` }],
    ['fresh', 'keeps its answer for a minute', { keepsAnswerMs: 60_000 }],
    [
      'fresh',
      'lets caches keep its answer',
      { answerToken: (token, expires_in) => Response.json({ token, expires_in }) },
    ],
    ['rejected', 'keeps its answer after a rejection', { keepsAnswerMs: 10_000, dropsRejected: false }],
    ['methods', 'answers GET', { methods: ['POST', 'GET'] }],
    ['methods', 'answers PUT', { methods: ['POST', 'PUT'] }],
    ['content-type', 'accepts text/plain', { acceptsAnyContentType: true }],
    [
      'origin',
      'does not check Origin',
      { isOwnSite: (headers) => headers.get('sec-fetch-site') !== 'cross-site' },
    ],
    [
      'origin',
      'does not check Sec-Fetch-Site',
      { isOwnSite: (headers) => headers.get('origin') !== 'https://foreign-site.example' },
    ],
    ['origin', 'has CORS headers for every site', { extraHeaders: { 'access-control-allow-origin': '*' } }],
    ['signed-out', 'redirects to a login page', { signedOut: redirect }],
    ['signed-out', 'answers with a login page', { signedOut: page(200) }],
    ['signed-out', 'answers 401 with a page', { signedOut: page(401) }],
    ['signed-out', 'answers 403', { signedOut: () => Response.json({}, { status: 403 }) }],
    [
      'signed-out',
      'gives a token to anyone',
      { signedOut: () => Response.json({ token: 'sandbox_of-anyone' }) },
    ],
    ['other-checkout', 'does not check the owner', { ownsCheckout: () => true }],
    [
      'other-checkout',
      'gives a token for the checkout of another customer',
      { ownsCheckout: (id) => id === checkoutId || id === 'cart-of-bob' },
      { otherCheckoutId: 'cart-of-bob' },
    ],
    ['unknown-members', 'refuses unknown members', { knowsMember: (name) => name === 'padding' }],
    ['bad-body', 'fails at broken JSON', { brokenBody: () => Response.json({}, { status: 500 }) }],
    ['bad-body', 'answers broken JSON with a page', { brokenBody: page(400) }],
    ['large-body', 'fails after a large body', { afterLargeBody: () => Response.json({}, { status: 500 }) }],
    [
      'parallel',
      'fails under load',
      { busy: (count) => (count < 15 ? undefined : Response.json({}, { status: 503 })) },
    ],
    [
      'parallel',
      'has a limit that answers with a page',
      { busy: (count) => (count < 15 ? undefined : page(503)()) },
    ],
    ['retry-after', 'does not say when its limit ends', { busy: limited({}) }],
    ['retry-after', 'says so unreadably', { busy: limited({ 'retry-after': 'soon' }) }],
    ['secrets', 'has the client ID in a header', { extraHeaders: { 'x-client': 'emulator-client' } }],
    [
      'secrets',
      'has the client secret in an error',
      ({ emulator }) => ({
        brokenBody: () => Response.json({ detail: `Basic ${emulator.clientSecret}` }, { status: 400 }),
      }),
    ],
    [
      'secrets',
      'has the encoded credentials in an error',
      ({ emulator: { clientId, clientSecret } }) => ({
        brokenBody: () => Response.json({ sent: btoa(`${clientId}:${clientSecret}`) }, { status: 400 }),
      }),
    ],
    [
      'secrets',
      'has an authentication token next to the session token',
      {
        answerToken: (token, expires_in) =>
          Response.json(
            { token, expires_in, parent: `sandbox_${'a1'.repeat(15)}` },
            { headers: { 'cache-control': 'no-store' } },
          ),
      },
    ],
    ['cors', 'has no preflight', { corsHeaders: allowsApp }, { origin: app }],
    [
      'cors',
      'refuses headers for tracing',
      { corsHeaders: allowsApp, preflight: preflight({ 'access-control-allow-headers': 'content-type' }) },
      { origin: app },
    ],
    [
      'cors',
      'refuses cookies',
      {
        corsHeaders: allowsApp,
        preflight: preflight({
          'access-control-allow-headers': tracing,
          'access-control-allow-credentials': 'false',
        }),
      },
      { origin: app },
    ],
    [
      'cors',
      'forgets the answer with the token',
      { corsHeaders: {}, preflight: preflight({ 'access-control-allow-headers': tracing }) },
      { origin: app },
    ],
  ])('`%s` fails, and no other check, if an endpoint %s', async (id, _, wrong, options) => {
    const report = await check(wrong, options)
    expect(failures(report)).toEqual([id])
    expect(find(report, id).remedy).toMatch(/^[A-Z].*\.$/)
    expect(report.ok).toBe(false)
  })

  test('a slow endpoint gets a warning, which does not fail the whole', async () => {
    const report = await check(({ clock }) => {
      let count = 0
      // The first two requests are those of checks that require an answer within 5 s.
      const isSlow = (): boolean => ((count += 1), count === 3 || count === 4)
      return { mint: (mint) => (isSlow() && clock.pass(5500), mint()) }
    })
    expect(failures(report)).toEqual(['latency'])
    expect(report).toMatchObject({ ok: true, p50Ms: 0 })
    expect(report.p95Ms).toBeGreaterThan(5000)
  })

  test('the page of another origin passes, if the endpoint allows it with headers for tracing', async () => {
    const allows = {
      corsHeaders: allowsApp,
      preflight: preflight({ 'access-control-allow-headers': tracing }),
    }
    const report = await check(allows, { origin: app })
    expect(find(report, 'cors').status).toBe('pass')
    expect(failures(report)).toEqual([])
  })

  test('without a token, only what a signed-out customer gets is checked', async () => {
    const report = await check({}, { headers: { Cookie: 'session=of-a-stranger' } })
    expect(failures(report)).toEqual(['token'])
    expect(find(report, 'token').remedy).toContain('--header')
    expect(find(report, 'signed-out').status).toBe('pass')
    expect(report).toMatchObject({ ok: false, p50Ms: null, p95Ms: null })
  })

  test('an endpoint that has only a page fails `token` alone: the answers to the others mean nothing', async () => {
    const wrong = { answerToken: page(404), signedOut: page(404) }
    expect(failures(await check(wrong))).toEqual(['token'])
  })

  test('`secrets` names the place of a credential', async () => {
    const inHeader = await check({ extraHeaders: { 'x-client': 'emulator-client' } })
    expect(find(inHeader, 'secrets').message).toBe('There is the client ID in the header x-client of a 200.')
    const brokenBody = (): Response => Response.json({ by: 'emulator-client' }, { status: 400 })
    expect(find(await check({ brokenBody }), 'secrets').message).toBe(
      'There is the client ID in the body of a 400.',
    )
  })

  test('an endpoint that needs no sign-in fails `signed-out`, also if the caller passes no headers', async () => {
    const open = { signedOut: () => Response.json({ token: 'sandbox_x.y.z' }) }
    const report = await check(open, { headers: {}, environment: 'sandbox' })
    expect(failures(report)).toContain('signed-out')
  })

  test('`other-checkout` is skipped if the caller knows no checkout', async () => {
    const report = await check({ ownsCheckout: () => true }, { checkoutId: '' })
    expect(find(report, 'other-checkout').status).toBe('skip')
    expect(failures(report)).toEqual([])
  })

  test('a request that a limit refuses is sent again when the limit allows it', async () => {
    let requests = 0
    const report = await check(({ clock }) => {
      const opensAt = clock.now() + 40_000
      return {
        busy: () => {
          requests += 1
          if (clock.now() >= opensAt) return undefined
          return Response.json({}, { status: 429, headers: { 'retry-after': '40' } })
        },
      }
    })
    expect(failures(report)).toEqual([])
    expect(find(report, 'retry-after').status).toBe('pass')
    expect(requests).toBeGreaterThan(30)
  })

  test('an endpoint that never answers fails `token` after ten seconds', async () => {
    const clock = createIdleClock()
    const report = await checkEndpoint({ url, clock, fetch: () => new Promise(() => {}) })
    expect(failures(report)).toEqual(['token'])
    expect(find(report, 'token').message).toBe('The endpoint sent no answer within 10 s.')
    expect(find(report, 'secrets').status).toBe('skip')
  })

  test.each([
    ['the endpoint', { url: 'https://shop.example/token?key=secret' }, 'to https://shop.example/token.'],
    [
      'the emulator',
      { environment: 'http://127.0.0.1:4010' },
      'The environment http://127.0.0.1:4010 does not',
    ],
  ])('if %s does not answer, the error is `endpoint_unreachable`', async (_, options, words) => {
    const clock = createIdleClock()
    const refused = Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } })
    const fetch = async (input: string): Promise<Response> => {
      if (input !== url) throw refused
      return Response.json({ token: 'sandbox_a.b.c' })
    }
    const error: unknown = await checkEndpoint({ url, clock, fetch, ...options }).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(EmulatorError)
    expect(error).toMatchObject({ code: 'endpoint_unreachable', message: expect.stringContaining(words) })
  })

  test.each<[Partial<CheckEndpointOptions>, string]>([
    [{ url: 'shop.example' }, '`url` has to be an http or https URL'],
    [{ url: 'https://user:secret-1@shop.example' }, '`url` must not have a user name'],
    [{ origin: 'https://shop.example/cart' }, '`origin` has to be an origin'],
    [{ environment: 'staging' }, '`environment` has to be sandbox'],
    [{ headers: { Origin: 'https://shop.example' } }, '`headers` must not have Origin'],
    [{ headers: { Cookie: 'a\nb' } }, '`headers` has to have names and values'],
  ])('the option %j is refused with a sentence', async (options, sentence) => {
    const error: unknown = await check({}, options).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'invalid_option', message: expect.stringContaining(sentence) })
    expect(String(error)).not.toContain('secret-1')
  })

  test('no token and no credential is in the report, whatever the endpoint sends', async () => {
    const sent: string[] = []
    const { clientSecret } = createEmulator()
    const report = await check({
      mint: async (mint) => (sent.push(await mint()), sent.at(-1)!),
      brokenBody: () => Response.json({ code: clientSecret, detail: sent[0] }, { status: 400 }),
      signedOut: () => Response.json({ token: sent[0], code: sent[0] }, { status: 403 }),
    })
    const text = JSON.stringify(report)
    expect(sent.length).toBeGreaterThan(20)
    for (const secret of [clientSecret, ...sent]) expect(text).not.toContain(secret)
  })
})
