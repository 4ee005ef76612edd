import { createHash, randomUUID } from 'node:crypto'

import type { Context } from 'hono'
import { setSignedCookie } from 'hono/cookie'
import { parseSigned } from 'hono/utils/cookie'

const cookieName = 'shop_customer'

export interface CustomerCookie {
  /** Who is shopping; undefined: no cookie of ours. */
  read(request: Request): Promise<string | undefined>
  /** The same, or a new customer who gets a cookie. */
  readOrCreate(c: Context): Promise<string>
}

/** Who the customer is: a demo's sign-in. Signed with `key`, so that a cookie of another key is nobody's. */
export function createCustomerCookie(key: string): CustomerCookie {
  const read = async (request: Request): Promise<string | undefined> => {
    const cookies = await parseSigned(request.headers.get('cookie') ?? '', key, cookieName)
    return cookies[cookieName] || undefined
  }
  return {
    read,
    async readOrCreate(c) {
      const known = await read(c.req.raw)
      if (known !== undefined) return known
      const customer = randomUUID()
      // SameSite: another site's page cannot act as this customer. No `secure`: the demo is plain http on one machine.
      await setSignedCookie(c, cookieName, customer, key, { httpOnly: true, sameSite: 'Lax', path: '/' })
      return customer
    },
  }
}

/** Forage asks for a name of the customer that tells nothing about the person. */
export function hashedCustomer(customer: string): string {
  return createHash('sha256').update(customer).digest('hex')
}
