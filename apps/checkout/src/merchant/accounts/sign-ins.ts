import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'

import type { Context } from 'hono'
import { deleteCookie, setCookie } from 'hono/cookie'
import { parse } from 'hono/utils/cookie'

import type { Account } from '../api/shop-api.ts'

export interface SignIns {
  /** Who is signed in; undefined: nobody. */
  who(request: Request): Account | undefined
  /** Undefined: there is no such account. */
  signIn(c: Context, accountId: string): Account | undefined
  /** In every tab: the cookie they share names nobody any more. */
  signOut(c: Context): void
}

export interface SignInsOptions {
  cookieName: string
  /** Who may sign in here. */
  accounts: readonly Account[]
  now: () => number
}

/** A cookie that names a row; scripts and other sites cannot read it. */
export function createSignIns(
  database: DatabaseSync,
  { cookieName, accounts, now }: SignInsOptions,
): SignIns {
  const insert = database.prepare('INSERT INTO sign_ins VALUES (?, ?, ?)')
  const select = database.prepare('SELECT account FROM sign_ins WHERE id = ?')
  const remove = database.prepare('DELETE FROM sign_ins WHERE id = ?')
  const idOf = (request: Request): string =>
    parse(request.headers.get('cookie') ?? '', cookieName)[cookieName] ?? ''
  const account = (id: unknown): Account | undefined => accounts.find((each) => each.id === id)
  return {
    who: (request) => account(select.get(idOf(request))?.['account']),
    signIn(c, accountId) {
      const found = account(accountId)
      if (!found) return undefined
      // A new one each time: a cookie that was planted before names nobody.
      const id = randomBytes(16).toString('hex')
      insert.run(id, found.id, now())
      // SameSite: another site's page cannot act as this customer. No `secure`: the demo is plain http on one machine.
      setCookie(c, cookieName, id, { httpOnly: true, sameSite: 'Lax', path: '/' })
      return found
    },
    signOut(c) {
      remove.run(idOf(c.req.raw))
      deleteCookie(c, cookieName, { path: '/' })
    },
  }
}
