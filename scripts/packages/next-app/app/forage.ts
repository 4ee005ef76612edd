import { createForageServer, type ForageServer } from '@forage-session/server'

/** Reads the variables at request time, so that `next build` needs no secret and cannot put one into a file. */
export function setting(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`The environment variable ${name} is missing.`)
  return value
}

const shared = globalThis as { forageServer?: ForageServer }

/**
 * Returns one server for the whole process, because it keeps the authentication token and Next may bundle pages and
 * routes separately.
 */
export function forage(): ForageServer {
  return (shared.forageServer ??= createForageServer({
    environment: { apiUrl: setting('FORAGE_API_URL') },
    credentials: { clientId: setting('FORAGE_CLIENT_ID'), clientSecret: setting('FORAGE_CLIENT_SECRET') },
  }))
}
