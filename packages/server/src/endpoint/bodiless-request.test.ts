import { expect, it } from 'vitest'

import { bodilessRequest } from './bodiless-request.ts'

function original(signal?: AbortSignal): Request {
  const headers = { cookie: 'sid=1', 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: '{}', referrerPolicy: 'origin' } as const
  return new Request('https://shop.example/token', { ...init, ...(signal ? { signal } : {}) })
}

it('a bodiless request has the address, the method and the headers, and no body', async () => {
  const { request } = bodilessRequest(original())
  expect(request).toBeInstanceOf(Request)
  expect([request.url, request.method, request.headers.get('cookie')]).toEqual([
    'https://shop.example/token',
    'POST',
    'sid=1',
  ])
  expect([request.body, request.bodyUsed, await request.text()]).toEqual([null, false, ''])
})

it('a bodiless request has every property of a request', () => {
  const { request } = bodilessRequest(original())
  const names = Object.getOwnPropertyNames(Request.prototype) as (keyof Request)[]
  const kinds = (of: Request): string[] => names.map((name) => `${name}: ${typeof of[name]}`)
  expect(kinds(request)).toEqual(kinds(original()))
})

it('the clone of a bodiless request is a request that other code can read', async () => {
  const { request } = bodilessRequest(original())
  const copy = new Request(request.clone(), {
    headers: { ...Object.fromEntries(request.headers), more: '1' },
  })
  expect([copy.method, copy.headers.get('cookie'), copy.headers.get('more')]).toEqual(['POST', 'sid=1', '1'])
})

it('a bodiless request aborts on demand, and when the client disconnects, even if that was before', () => {
  const bodiless = bodilessRequest(original())
  const { signal } = bodiless.request
  bodiless.abort(new Error('late'))
  expect([signal.aborted, signal.reason]).toEqual([true, new Error('late')])

  const client = new AbortController()
  const { request } = bodilessRequest(original(client.signal))
  expect(request.signal.aborted).toBe(false)
  client.abort(new Error('gone'))
  expect(request.signal.reason).toEqual(new Error('gone'))
  expect(bodilessRequest(original(client.signal)).request.signal.aborted).toBe(true)
})

it('a bodiless request that was aborted before its signal was read has an aborted signal', () => {
  const { request, abort } = bodilessRequest(original())
  abort(new Error('late'))
  expect(request.signal.reason).toEqual(new Error('late'))
})
