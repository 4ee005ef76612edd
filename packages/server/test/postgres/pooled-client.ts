import { Client } from 'pg'

/**
 * A connection through a pooler in transaction mode: LISTEN reaches a connection to the database that serves other clients
 * afterwards, so no notification arrives.
 */
export class PooledClient extends Client {
  override query(...statement: unknown[]): never {
    const isListen = /LISTEN/.test(String(statement[0]))
    const send = super.query as (...args: unknown[]) => unknown
    return send.apply(this, isListen ? ['SELECT 1'] : statement) as never
  }
}
