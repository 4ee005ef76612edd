import { expect } from 'vitest'

import type { Authorization, SessionTokenHandlerOptions } from '../../src/index.ts'
import { createFixture, merchantAccount, type ServerFixture } from '../fixtures/server-fixture.ts'

export const shop = 'https://shop.example'
export const alice: Authorization = { subject: 'alice', checkoutId: 'cart-1', merchantAccount }

/** The parts of a request that a test changes. */
export interface PageRequest {
  method?: string
  headers?: Record<string, string | null>
  body?: string | null
  query?: string
  signal?: AbortSignal
}

/** Returns a request as a page of the shop sends it. `null` removes a header. */
function pageRequest({
  method = 'POST',
  headers = {},
  body = '{"checkout_id":"cart-1","reason":"first"}',
  query = '',
  signal,
}: PageRequest = {}): Request {
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
  handle: (parts?: PageRequest) => Promise<Response>
}

/** Creates an endpoint whose `authorize` always returns Alice. */
export function createHandler(
  options: Partial<SessionTokenHandlerOptions> = {},
  fixture: ServerFixture = createFixture(),
): HandlerFixture {
  const handler = fixture.forage.sessionTokenHandler({ authorize: () => alice, ...options })
  return { ...fixture, handle: (parts) => handler(pageRequest(parts)) }
}

/** Returns the status and code of a problem document (RFC 9457), and checks its shape. */
export async function problem(response: Response): Promise<[status: number, code: string]> {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const body = (await response.json()) as { code: string; detail: string }
  expect(body).toMatchObject({ status: response.status, type: expect.any(String), title: expect.any(String) })
  expect(body.detail).toEqual(expect.any(String))
  return [response.status, body.code]
}
