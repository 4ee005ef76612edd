import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'

import type { Context } from 'hono'
import { deleteCookie, setCookie } from 'hono/cookie'
import { parse } from 'hono/utils/cookie'

import type { Account } from '../api/shop-api.ts'

export interface SignIns {
  /** Returns the account that is signed in, or undefined. */
  accountOf(request: Request): Account | undefined
  /**
   * Signs in for 12 hours, ends the browser's earlier sign-in and returns the account. If the account does not exist,
   * changes nothing and returns undefined.
   */
  signIn(c: Context, accountId: string): Account | undefined
  /** Signs out in every tab, because all tabs share the cookie. */
  signOut(c: Context): void
}

export interface SignInsOptions {
  cookieName: string
  /** The accounts that may sign in. */
  accounts: readonly Account[]
  now: () => number
}

const lifetimeMs = 12 * 60 * 60_000

/** Keeps each sign-in as a database row, named by a cookie that scripts and other sites cannot read. */
export function createSignIns(
  database: DatabaseSync,
  { cookieName, accounts, now }: SignInsOptions,
): SignIns {
  const insert = database.prepare('INSERT INTO sign_ins VALUES (?, ?, ?)')
  const select = database.prepare('SELECT account FROM sign_ins WHERE id = ? AND created_at > ?')
  const remove = database.prepare('DELETE FROM sign_ins WHERE id = ?')
  const removeExpired = database.prepare('DELETE FROM sign_ins WHERE created_at <= ?')
  const expiredBefore = (): number => now() - lifetimeMs
  const idOf = (request: Request): string =>
    parse(request.headers.get('cookie') ?? '', cookieName)[cookieName] ?? ''
  const account = (id: unknown): Account | undefined => accounts.find((each) => each.id === id)
  return {
    accountOf: (request) => account(select.get(idOf(request), expiredBefore())?.['account']),
    signIn(c, accountId) {
      const found = account(accountId)
      if (!found) return undefined
      remove.run(idOf(c.req.raw))
      removeExpired.run(expiredBefore())
      // Use a new id for each sign-in, so that a cookie that was planted before never becomes valid.
      const id = randomBytes(16).toString('hex')
      insert.run(id, found.id, now())
      // SameSite prevents other sites from acting as this customer. The demo uses plain http on one machine, so the
      // cookie is not `secure`.
      setCookie(c, cookieName, id, { httpOnly: true, sameSite: 'Lax', path: '/', maxAge: lifetimeMs / 1000 })
      return found
    },
    signOut(c) {
      remove.run(idOf(c.req.raw))
      deleteCookie(c, cookieName, { path: '/' })
    },
  }
}
