import type { ServerClock } from './clock.ts'
import { withDeadline } from './deadline.ts'
import { receivedSecret } from './received.ts'

// What is left of a lease must do for the request.
const readingMs = 5000

/** What names a merchant's application to Forage. Never leaves the server. */
export interface ClientCredentials {
  /** OAuth's `client_id`. */
  clientId: string
  /** OAuth's `client_secret`. */
  clientSecret: string
}

/**
 * What Forage's dashboard shows, or a function that reads it, within 5 s. A function is read again once on
 * `invalid_client`.
 */
export type Credentials = ClientCredentials | (() => Promise<ClientCredentials> | ClientCredentials)

/** Throws `TypeError` naming the field; never shows its value. */
export function assertCredentials(
  credentials: unknown,
  option: string,
): asserts credentials is ClientCredentials {
  if (typeof credentials !== 'object' || credentials === null) {
    const got = receivedSecret(credentials)
    throw new TypeError(`Option "${option}" must be { clientId, clientSecret } or a function, got ${got}`)
  }
  for (const field of ['clientId', 'clientSecret'] as const) {
    const value = (credentials as Record<string, unknown>)[field]
    if (typeof value !== 'string' || value === '') {
      throw new TypeError(
        `Option "${option}.${field}" must be a non-empty string, got ${receivedSecret(value)}`,
      )
    }
    // A line break from a file or a paste: Forage would answer `invalid_client`, and nobody would see why.
    if (isPlain(value)) continue
    throw new TypeError(
      `Option "${option}.${field}" must be without spaces around it and control characters, ` +
        `got ${receivedSecret(value)}`,
    )
  }
}

function isPlain(value: string): boolean {
  return value === value.trim() && !/\p{Cc}/u.test(value)
}

export interface CredentialsReader {
  /** What was read last, if it was. */
  readonly known: ClientCredentials | undefined
  read(): Promise<ClientCredentials>
  /** Asks the function again. Undefined if that brought nothing new. */
  readAgain(): Promise<ClientCredentials | undefined>
}

/** Both readings reject when they fail, or take more than 5 s. */
export function createCredentialsReader(
  credentials: Credentials,
  option: string,
  clock: ServerClock,
): CredentialsReader {
  if (typeof credentials !== 'function') {
    return { known: credentials, read: async () => credentials, readAgain: async () => undefined }
  }
  let known: ClientCredentials | undefined
  const ask = async (): Promise<ClientCredentials> => {
    const answer = await withDeadline(clock, readingMs, undefined, async () => credentials())
    assertCredentials(answer, `${option}()`)
    return (known = { clientId: answer.clientId, clientSecret: answer.clientSecret })
  }
  return {
    get known() {
      return known
    },
    read: async () => known ?? ask(),
    readAgain: async () => {
      const before = known
      const after = await ask()
      return isSame(before, after) ? undefined : after
    },
  }
}

function isSame(a: ClientCredentials | undefined, b: ClientCredentials): boolean {
  return a?.clientId === b.clientId && a.clientSecret === b.clientSecret
}
