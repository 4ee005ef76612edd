import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { checkIds } from '../../packages/emulator/src/check/endpoint-check.ts'
import { problemCodes } from '../../packages/server/src/shared/codes.ts'
import {
  createHandler,
  type HandlerFixture,
  type PageRequest,
} from '../../packages/server/test/endpoint/endpoint-fixture.ts'
import { sessionTokenPath, tokenPath } from '../../packages/server/test/fixtures/upstream-stub.ts'
import { root } from '../run-command.ts'
import { contradictionsOf, options, post } from './backend-contract.ts'

const page = readFileSync(join(root, 'docs/backend.md'), 'utf8')

type Case = [outcome: string, send: () => Promise<Response>]

const always = (prepare: (fixture: HandlerFixture) => void, request?: PageRequest) => () => {
  const fixture = createHandler()
  prepare(fixture)
  return fixture.handle(request)
}
const nothing = (): void => {}
const upstream =
  (path: string, answer: () => Response) =>
  ({ upstream: stub }: HandlerFixture) =>
    stub.answerNext(path, ...Array.from({ length: 5 }, answer))

/** One request for each outcome of this repository's endpoint. */
const cases: Case[] = [
  ['200', always(nothing)],
  ['401 unauthorized', () => createHandler({ authorize: () => null }).handle()],
  ['403 forbidden', always(nothing, { body: '{"checkout_id":"cart-2"}' })],
  ['403 origin_denied', always(nothing, { headers: { 'sec-fetch-site': 'cross-site' } })],
  ['405 method_not_allowed', always(nothing, { method: 'PUT' })],
  ['413 payload_too_large', always(nothing, { body: `{"x":"${'x'.repeat(9000)}"}` })],
  ['415 unsupported_media_type', always(nothing, { body: '{' })],
  [
    '429 rate_limited',
    async () => {
      const { handle } = createHandler({ rateLimit: { subject: { requests: 1, perMs: 60_000 } } })
      await handle()
      return handle()
    },
  ],
  [
    '500 not_configured',
    always(upstream(tokenPath, () => Response.json({ error: 'invalid_client' }, { status: 401 }))),
  ],
  [
    '502 merchant_invalid',
    always(
      upstream(sessionTokenPath, () =>
        Response.json({ errors: [{ code: 'invalid_merchant_account', message: 'No' }] }, { status: 400 }),
      ),
    ),
  ],
  ['503 upstream_throttled', always(upstream(sessionTokenPath, () => new Response(null, { status: 429 })))],
  ['503 upstream_unavailable', always(upstream(tokenPath, () => new Response(null, { status: 502 })))],
]

describe('docs/backend.openapi.json', () => {
  it.each(cases)(
    'the answer %s of the endpoint is as docs/backend.openapi.json describes it',
    async (outcome, send) => {
      const response = await send()
      const { code } = (await response.clone().json()) as { code?: string }
      expect([response.status, code].join(' ').trim()).toBe(outcome)
      expect(await contradictionsOf(response, post)).toEqual([])
    },
  )

  it('the answers to a preflight are as docs/backend.openapi.json describes them', async () => {
    const { handle } = createHandler({ origins: ['https://app.example'] })
    for (const origin of ['https://app.example', 'https://evil.example']) {
      const headers = { origin, 'content-type': null, 'access-control-request-headers': 'traceparent' }
      const response = await handle({ method: 'OPTIONS', headers })
      expect(response.status).toBe(origin === 'https://app.example' ? 204 : 403)
      expect(await contradictionsOf(response, options)).toEqual([])
    }
  })

  it('docs/backend.openapi.json has each code of the endpoint, and no other', () => {
    const described = Object.entries(post.responses).flatMap(([status, { content = {} }]) =>
      (content['application/problem+json']?.schema.allOf?.[1]?.properties?.['code']?.enum ?? []).map(
        (code) => `${status} ${String(code)}`,
      ),
    )
    const real = Object.entries(problemCodes).map(([code, { status }]) => `${status} ${code}`)
    expect(described.toSorted()).toEqual(real.toSorted())
    expect(
      cases
        .map(([outcome]) => outcome)
        .slice(1)
        .toSorted(),
    ).toEqual(real.toSorted())
  })

  it('a wrong answer contradicts docs/backend.openapi.json', async () => {
    const wrong = Response.json({ token: 'x', expires_in: '900', extra: 1 })
    expect(await contradictionsOf(wrong, post)).toEqual(
      expect.arrayContaining([
        'Cache-Control: is a null',
        'body: has extra',
        'body.token: does not match ^[^_]+_[\\x21-\\x7e]+$',
        'body.expires_in: is a string',
      ]),
    )
    expect(await contradictionsOf(new Response(null, { status: 404 }), post)).toEqual([
      '404 is not described',
    ])
  })
})

describe('docs/backend.md', () => {
  it('docs/backend.md has a row for each code of the endpoint, with its status and whether it is final', () => {
    const rows = [...page.matchAll(/^\| +(\d{3}) \| `(\w+)` +\| .* \| (\S+) .*\|$/gm)].map(
      ([, status, code, outcome]) => `${code} ${status} ${outcome}`,
    )
    const outcomeOf = (status: number): string => {
      if (status === 429 || status === 503) return 'waits'
      return status < 500 ? 'stops' : 'tries'
    }
    const real = Object.entries(problemCodes).map(
      ([code, { status }]) => `${code} ${status} ${outcomeOf(status)}`,
    )
    expect(rows.toSorted()).toEqual(real.toSorted())
  })

  it('docs/backend.md has a row for each check, in the order of the report', () => {
    const [, table = ''] = page.split('## The checks')
    const rows = [...table.matchAll(/^\| `([\w-]+)` /gm)].map(([, id]) => id)
    expect(rows).toEqual([...checkIds])
  })
})
