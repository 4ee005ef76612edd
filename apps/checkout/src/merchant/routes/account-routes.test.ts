import type { Hono } from 'hono'
import { beforeEach, expect, test } from 'vitest'

import { customers } from '../accounts/accounts.ts'
import { createSignIns } from '../accounts/sign-ins.ts'
import { openDatabase } from '../database.ts'
import { accountRoutes } from './account-routes.ts'

const hourMs = 60 * 60_000
let now: number
let app: Hono

beforeEach(() => {
  now = 1_800_000_000_000
  const database = openDatabase(':memory:')
  app = accountRoutes(
    createSignIns(database, { cookieName: 'shop_customer', accounts: customers, now: () => now }),
  )
})

async function signIn(account: string, cookie = ''): Promise<string> {
  const body = JSON.stringify({ account })
  const response = await app.request('/', { method: 'POST', headers: { Cookie: cookie }, body })
  return response.headers.get('Set-Cookie')!
}

async function accountOf(cookie: string): Promise<unknown> {
  return await (await app.request('/', { headers: { Cookie: cookie } })).json()
}

test('a sign-in ends on the server after 12 hours, even if the cookie is still sent', async () => {
  const cookie = await signIn('maria')
  now += 12 * hourMs - 1
  expect(await accountOf(cookie)).toMatchObject({ id: 'maria' })
  now += 1
  expect(await accountOf(cookie)).toBeNull()
})

test('the browser forgets the cookie after 12 hours', async () => {
  expect(await signIn('maria')).toContain('Max-Age=43200;')
})

test('a new sign-in ends the earlier one of the same browser, and no other one', async () => {
  const [first, other] = [await signIn('maria'), await signIn('maria')]
  const second = await signIn('james', first)
  expect([await accountOf(first), await accountOf(second), await accountOf(other)]).toEqual([
    null,
    { id: 'james', name: 'James Carter' },
    { id: 'maria', name: 'Maria Lopez' },
  ])
})
