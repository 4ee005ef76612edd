import { expect } from 'vitest'

import type { Authorization, SessionTokenHandlerOptions } from '../../src/index.ts'
import { createFixture, merchantAccount, type ServerFixture } from '../fixtures/server-fixture.ts'

export const shop = 'https://shop.example'
export const alice: Authorization = { subject: 'alice', checkoutId: 'cart-1', merchantAccount }

export interface Asking {
  method?: string
  headers?: Record<string, string | null>
  body?: string | null
  query?: string
  signal?: AbortSignal
}

/** A request as a page of the shop sends it; `null` takes a header away. */
function ask({
  method = 'POST',
  headers = {},
  body = '{"checkout_id":"cart-1","reason":"first"}',
  query = '',
  signal,
}: Asking = {}): Request {
  const page = {
    'content-type': 'application/json',
    'sec-fetch-site': 'same-origin',
    'sec-fetch-mode': 'cors',
  }
  const sent = Object.entries({ ...page, ...headers }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  )
  const carriesBody = method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS' && body !== null
  return new Request(`${shop}/api/forage/session-token${query}`, {
    method,
    headers: sent,
    ...(carriesBody ? { body } : {}),
    ...(signal ? { signal } : {}),
  })
}

export interface HandlerFixture extends ServerFixture {
  handle: (asking?: Asking) => Promise<Response>
}

/** An endpoint that knows Alice only. */
export function createHandler(
  options: Partial<SessionTokenHandlerOptions> = {},
  fixture: ServerFixture = createFixture(),
): HandlerFixture {
  const handler = fixture.forage.sessionTokenHandler({ authorize: () => alice, ...options })
  return { ...fixture, handle: (asking) => handler(ask(asking)) }
}

/** Status and code of a problem document (RFC 9457), after a look at its shape. */
export async function problem(response: Response): Promise<[status: number, code: string]> {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const body = (await response.json()) as { code: string; detail: string }
  expect(body).toMatchObject({ status: response.status, type: expect.any(String), title: expect.any(String) })
  expect(body.detail).toEqual(expect.any(String))
  return [response.status, body.code]
}
