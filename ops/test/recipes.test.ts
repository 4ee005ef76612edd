import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'

import { createForageSession, type ForageSession, type SessionEvent } from '@forage-session/core'
import { createVirtualClock } from '@forage-session/core/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { codeBlocks } from '../../scripts/docs/markdown.ts'

const page = readFileSync(new URL('../../docs/watching.md', import.meta.url), 'utf8')

/** Returns the functions of a recipe, as its reader copies it. */
async function recipe<T>(name: string): Promise<T> {
  const block = codeBlocks(page).find(({ words }) => words.includes(`recipe=${name}`))
  const code = stripTypeScriptTypes(block!.code)
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as T
}

const api = 'https://api.sandbox.joinforage.app'
const tokens = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'].map(
  (part) => `sandbox_eyJhIjo0Mn0.${part}-part.of-the-token`,
)

/**
 * Lives through everything that a page can meet: a 401 with a replay, a refused replay, an outage with its token in the
 * text, a signed-out customer, a clock that steps, and a sign-out.
 */
async function live(watch: (session: ForageSession) => () => void): Promise<SessionEvent[]> {
  const clock = createVirtualClock()
  const left = [...tokens]
  let answer: () => Response = () => Response.json({ token: left.shift(), expires_in: 900 })
  const refused = new Set([tokens[0]])
  const session = createForageSession({
    environment: 'sandbox',
    share: 'off',
    replay: 'keyed',
    tokenSource: async () => answer(),
    platform: { clock, random: () => 0.5 },
    fetch: async (input, init) => {
      const token = new Request(input, init).headers.get('Authorization')?.slice(7)
      return token !== undefined && refused.has(token)
        ? Response.json({ errors: [{ code: 'expired_session_token', message: token }] }, { status: 401 })
        : Response.json({})
    },
  })
  const events: SessionEvent[] = []
  session.on((event) => events.push(event))
  const end = watch(session)
  await session.fetch(`${api}/api/payments/?secret=${tokens[0]}`)
  refused.add(tokens[1])
  await session.fetch(`${api}/api/payments/`, { method: 'POST', body: '{}' })
  await clock.advance(1000)
  clock.sleep(60_000)
  await session.getToken()
  await clock.advance(1000)
  answer = () => new Response(`<h1>${tokens[2]}</h1>`, { status: 503, statusText: 'Bad' })
  await session.renew().catch(() => undefined)
  session.clear()
  await clock.advance(60_000)
  answer = () => Response.json({ code: 'unauthorized', detail: tokens[2] }, { status: 401 })
  await session.getToken().catch(() => undefined)
  await clock.advance(60_000)
  session.retry()
  answer = () => {
    throw new TypeError(`Failed to fetch ${tokens[2]}`)
  }
  await session.renew().catch(() => undefined)
  session.prime(`${tokens[2]} with a space`)
  end()
  session.close()
  return events
}

/** Each token is searched whole and in the parts between its dots. */
const parts = tokens.flatMap((token) => [token, ...token.split('.')]).filter((part) => part.length > 8)

function tokensIn(sent: unknown): string[] {
  const text = JSON.stringify(sent)
  return parts.filter((part) => text.includes(part))
}

afterEach(() => {
  vi.unstubAllGlobals()
})

/** Stands in for the page: its visibility, and the beacons that it sent. */
function stubPage(): { beacons: [string, Blob][]; page: { refuses: boolean; hide(): void } } {
  const beacons: [string, Blob][] = []
  const events = new EventTarget()
  const stub = {
    visibilityState: 'visible',
    addEventListener: events.addEventListener.bind(events),
    removeEventListener: events.removeEventListener.bind(events),
  }
  const state = {
    refuses: false,
    hide() {
      stub.visibilityState = 'hidden'
      events.dispatchEvent(new Event('visibilitychange'))
    },
  }
  vi.stubGlobal('document', stub)
  vi.stubGlobal('navigator', {
    sendBeacon: (url: string, body: Blob) => !state.refuses && beacons.push([url, body]) > 0,
  })
  return { beacons, page: state }
}

describe('the recipes of the documentation', () => {
  it('the session emits each event that a recipe handles, and no event contains a token', async () => {
    const events = await live(() => () => {})
    const types = new Set(events.map(({ type }) => type))
    const handled = [
      'token-requested',
      'token-failed',
      'request-replayed',
      'replay-refused',
      'request-rejected',
    ]
    expect([...types]).toEqual(expect.arrayContaining(handled))
    expect(tokensIn(events)).toEqual([])
  })

  it('the beacon has the counts of what happened, and nothing else', async () => {
    const { sendCounts } = await recipe<{
      sendCounts: (session: ForageSession, url: string) => () => void
    }>('beacon')
    const { beacons, page: tab } = stubPage()
    await live((session) => {
      const end = sendCounts(session, '/api/counts')
      return () => {
        tab.refuses = true
        tab.hide()
        tab.refuses = false
        tab.hide()
        tab.hide()
        end()
      }
    })
    expect(beacons.map(([url]) => url)).toEqual(['/api/counts'])
    const [, body] = beacons[0]!
    expect(body.type).toBe('application/json')
    const counts = JSON.parse(await body.text()) as Record<string, number>
    expect(counts).toEqual({
      'token-requested first': 3,
      'token-requested rejected': 2,
      'token-requested renewal': 2,
      'token-failed endpoint_failed 503': 1,
      'token-failed endpoint_rejected 401': 1,
      'token-failed endpoint_unreachable no answer': 1,
      'token-failed token_malformed no answer': 1,
      'request-replayed ok': 1,
      'replay-refused policy': 1,
    })
    expect(tokensIn(counts)).toEqual([])
  })

  it('the breadcrumbs tell what the session did, and contain no token', async () => {
    const { leaveBreadcrumbs } = await recipe<{
      leaveBreadcrumbs: (session: ForageSession, sentry: object) => () => void
    }>('sentry')
    const crumbs: { message: string; level: string; timestamp: number; data: object }[] = []
    const events = await live((session) =>
      leaveBreadcrumbs(session, { addBreadcrumb: (crumb: never) => crumbs.push(crumb) }),
    )
    expect(crumbs.map(({ message }) => message)).toEqual(
      events.slice(0, crumbs.length).map(({ type }) => type),
    )
    expect(crumbs).toContainEqual({
      category: 'forage-session',
      level: 'warning',
      message: 'token-failed',
      timestamp: expect.any(Number) as number,
      data: { code: 'endpoint_failed', status: 503, retryAt: expect.any(Number) as number },
    })
    expect(tokensIn(crumbs)).toEqual([])
  })

  it('the OpenTelemetry events have codes and statuses, and contain no token', async () => {
    const { emitEvents } = await recipe<{
      emitEvents: (session: ForageSession, logger: object) => () => void
    }>('opentelemetry')
    const records: { eventName: string; attributes: object }[] = []
    await live((session) => emitEvents(session, { emit: (record: never) => records.push(record) }))
    expect(records.map(({ eventName, attributes }) => [eventName, attributes])).toEqual(
      expect.arrayContaining([
        [
          'forage.session.token_failed',
          { 'error.type': 'endpoint_failed', 'http.response.status_code': 503 },
        ],
        ['forage.session.token_failed', { 'error.type': 'endpoint_unreachable' }],
        ['forage.session.request_replayed', { 'forage.replay.ok': true }],
        ['forage.session.replay_refused', { 'error.type': 'policy' }],
      ]),
    )
    expect(tokensIn(records)).toEqual([])
  })
})
