import { describe, expect, it } from 'vitest'

import { createHandler, shop, type PageRequest } from './endpoint-fixture.ts'

const app = 'https://app.example'
const evil = 'https://evil.example'

const sites = ['same-origin', 'same-site', 'cross-site', 'none', 'unheard-of', null] as const
const modes = ['cors', 'same-origin', 'no-cors', 'navigate', 'websocket', null] as const
const origins = [shop, app, evil, 'null', null] as const
const lists = { 'not set': undefined, 'the app': [app], 'shop and app': [shop, app], empty: [] } as const
const contentTypes = [
  'application/json',
  'Application/JSON; charset=utf-8',
  'application/json-patch+json',
  'text/plain;application/json',
  null,
] as const

interface Cell {
  site: (typeof sites)[number]
  mode: (typeof modes)[number]
  origin: (typeof origins)[number]
  list: keyof typeof lists
  contentType: (typeof contentTypes)[number]
}

/** Returns the status that the rules of the endpoint require, written independently of the implementation. */
function expected({ site, mode, origin, list, contentType }: Cell): number {
  const isOurs = (lists[list] ?? [shop]).some((listed) => listed === origin)
  const isTrusted =
    mode !== 'navigate' &&
    origin !== 'null' &&
    (site === 'same-origin' || (isOurs && (site === null || site === 'same-site' || site === 'cross-site')))
  if (!isTrusted) return 403
  const isJson = contentType === 'application/json' || contentType === 'Application/JSON; charset=utf-8'
  return isJson ? 200 : 415
}

function requestOf({ site, mode, origin, contentType }: Omit<Cell, 'list'>): PageRequest {
  const body = new TextEncoder().encode('{"checkout_id":"cart-1"}')
  return {
    headers: { 'sec-fetch-site': site, 'sec-fetch-mode': mode, origin, 'content-type': contentType },
    // A string body would set a content type.
    body: body as unknown as string,
  }
}

function* cells(list: keyof typeof lists): Generator<Cell> {
  for (const site of sites)
    for (const mode of modes)
      for (const origin of origins)
        for (const contentType of contentTypes) yield { site, mode, origin, list, contentType }
}

describe('the browser channel', () => {
  for (const list of Object.keys(lists) as (keyof typeof lists)[]) {
    it(`the browser channel decides by Sec-Fetch-Site, Sec-Fetch-Mode, Origin and Content-Type (origins: ${list})`, async () => {
      const listed = lists[list]
      const { handle } = createHandler({ rateLimit: false, ...(listed ? { origins: listed } : {}) })
      const wrong: object[] = []
      let count = 0
      for (const cell of cells(list)) {
        const { status, headers } = await handle(requestOf(cell))
        const isListed = (listed ?? [shop]).some((one) => one === cell.origin)
        const cors = headers.get('access-control-allow-origin')
        count++
        if (status !== expected(cell) || cors !== (isListed ? cell.origin : null))
          wrong.push({ ...cell, status, cors, expected: expected(cell) })
      }
      expect(wrong).toEqual([])
      expect(count).toBe(900)
    })
  }
})

describe('the native channel', () => {
  it('the native channel requires Authorization, refuses cookies, and ignores all headers that a browser adds', async () => {
    const { handle } = createHandler({ rateLimit: false, channel: 'native', origins: [shop, app] })
    const wrong: object[] = []
    for (const cell of cells('shop and app')) {
      for (const cookie of [null, 'sid=1']) {
        for (const authorization of [null, 'Bearer app']) {
          const sent = requestOf(cell)
          const { status, headers } = await handle({
            ...sent,
            headers: { ...sent.headers, cookie, authorization },
          })
          const isJson = expected({ ...cell, site: 'same-origin', mode: 'cors', origin: null }) === 200
          const should = cookie !== null ? 403 : authorization === null ? 401 : isJson ? 200 : 415
          if (status !== should || headers.has('access-control-allow-origin'))
            wrong.push({ cell, status, should })
        }
      }
    }
    expect(wrong).toEqual([])
  })
})

describe('a preflight', () => {
  it.each([
    ['a listed origin', [shop, app], app, 204],
    ['an origin that is not listed', [shop], app, 403],
    ['the origin of the request URL, without the option origins', undefined, shop, 204],
    ['`null`', [shop], 'null', 403],
    ['no origin', [shop], null, 403],
    ['a longer origin', [shop], `${shop}.evil.example`, 403],
    ['the same host over http', [shop], 'http://shop.example', 403],
  ])('a preflight from %s gets the right CORS headers', async (_, listed, origin, status) => {
    const { handle, upstream } = createHandler(listed ? { origins: listed } : {})
    const headers = { origin, 'access-control-request-method': 'POST', 'content-type': null }
    const response = await handle({ method: 'OPTIONS', headers })
    expect(response.status).toBe(status)
    expect(response.headers.get('access-control-allow-origin')).toBe(status === 204 ? origin : null)
    expect(response.headers.get('vary')).toBe('Origin, Cookie, Authorization')
    expect(response.headers.get('cache-control')).toBe('no-store, private')
    expect(response.headers.get('access-control-max-age')).toBe(status === 204 ? '600' : null)
    expect(upstream.requests).toEqual([])
  })
})
