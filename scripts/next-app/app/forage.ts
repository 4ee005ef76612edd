import { createForageServer, type ForageServer } from '@forage-session/server'

/** Read when a request comes: `next build` needs no secret, and cannot put one into a file. */
export function setting(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`The environment variable ${name} is missing.`)
  return value
}

const shared = globalThis as { forageServer?: ForageServer }

/** One for the whole process: it keeps the authentication token. A page and a route may be bundled apart. */
export function forage(): ForageServer {
  return (shared.forageServer ??= createForageServer({
    environment: { apiUrl: setting('FORAGE_API_URL') },
    credentials: { clientId: setting('FORAGE_CLIENT_ID'), clientSecret: setting('FORAGE_CLIENT_SECRET') },
  }))
}
