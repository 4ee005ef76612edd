import { Hono } from 'hono'

import type { SavedCards } from '../accounts/saved-cards.ts'
import type { SignIns } from '../accounts/sign-ins.ts'
import { bodyJson } from '../http/request-body.ts'
import { shopProblem } from '../http/shop-problem.ts'

/** `GET /` returns the account that is signed in, or null. `POST /` signs in. `DELETE /` signs out. */
export function accountRoutes(signIns: SignIns): Hono {
  return new Hono()
    .get('/', (c) => c.json(signIns.accountOf(c.req.raw) ?? null))
    .post('/', async (c) => {
      const account = signIns.signIn(c, String((await bodyJson(c))['account']))
      return account ? c.json(account) : shopProblem(c, 'invalid_request')
    })
    .delete('/', (c) => {
      signIns.signOut(c)
      return c.body(null, 204)
    })
}

/** `GET /` lists the customer's saved cards. `DELETE /:ref` removes one. */
export function cardRoutes(customers: SignIns, savedCards: SavedCards): Hono {
  return new Hono()
    .get('/', (c) => {
      const account = customers.accountOf(c.req.raw)
      return c.json(account ? savedCards.of(account.id) : [])
    })
    .delete('/:ref', (c) => {
      const account = customers.accountOf(c.req.raw)
      if (account) savedCards.remove(account.id, c.req.param('ref'))
      return c.body(null, 204)
    })
}
