import { expect, it } from 'vitest'

import { bodilessRequest } from './bodiless-request.ts'

function original(signal?: AbortSignal): Request {
  const headers = { cookie: 'sid=1', 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: '{}', referrerPolicy: 'origin' } as const
  return new Request('https://shop.example/token', { ...init, ...(signal ? { signal } : {}) })
}

it('has the address, the method and the headers, and no body', async () => {
  const { request } = bodilessRequest(original())
  expect(request).toBeInstanceOf(Request)
  expect([request.url, request.method, request.headers.get('cookie')]).toEqual([
    'https://shop.example/token',
    'POST',
    'sid=1',
  ])
  expect([request.body, request.bodyUsed, await request.text()]).toEqual([null, false, ''])
})

it('has everything that a request has', () => {
  const { request } = bodilessRequest(original())
  const names = Object.getOwnPropertyNames(Request.prototype) as (keyof Request)[]
  const kinds = (of: Request): string[] => names.map((name) => `${name}: ${typeof of[name]}`)
  expect(kinds(request)).toEqual(kinds(original()))
})

it('clones to a request that other code can take apart', async () => {
  const { request } = bodilessRequest(original())
  const copy = new Request(request.clone(), {
    headers: { ...Object.fromEntries(request.headers), more: '1' },
  })
  expect([copy.method, copy.headers.get('cookie'), copy.headers.get('more')]).toEqual(['POST', 'sid=1', '1'])
})

it('aborts when told, or with the client, also if the client was gone before', () => {
  const told = bodilessRequest(original())
  const { signal } = told.request
  told.abort(new Error('late'))
  expect([signal.aborted, signal.reason]).toEqual([true, new Error('late')])

  const client = new AbortController()
  const { request } = bodilessRequest(original(client.signal))
  expect(request.signal.aborted).toBe(false)
  client.abort(new Error('gone'))
  expect(request.signal.reason).toEqual(new Error('gone'))
  expect(bodilessRequest(original(client.signal)).request.signal.aborted).toBe(true)
})

it('told before anybody has looked at its signal, is aborted when somebody does', () => {
  const { request, abort } = bodilessRequest(original())
  abort(new Error('late'))
  expect(request.signal.reason).toEqual(new Error('late'))
})
