import type { ServerClock } from './clock.ts'
import { withDeadline } from './deadline.ts'
import { receivedSecret } from './received.ts'

// The rest of a lease must be long enough for the token request.
const readingMs = 5000

/** The identity of a merchant's application at Forage. It never leaves the server. */
export interface ClientCredentials {
  /** OAuth's `client_id`. */
  clientId: string
  /** OAuth's `client_secret`. */
  clientSecret: string
}

/**
 * Client credentials from Forage's dashboard, or a function that reads them within 5 s. If the token endpoint refuses
 * them (`invalid_client`), the function is called one more time.
 */
export type Credentials = ClientCredentials | (() => Promise<ClientCredentials> | ClientCredentials)

/** The credentials that a function returned cannot be sent. `code` says why; no value is in the error. */
export class InvalidCredentials extends TypeError {
  readonly code: 'credentials_malformed' | 'credentials_missing'

  constructor(code: InvalidCredentials['code'], message: string) {
    super(message)
    this.code = code
  }
}

export function isInvalidCredentials(error: unknown): error is InvalidCredentials {
  return error instanceof InvalidCredentials
}

/** Throws `TypeError` with the name of the field that is wrong, never with its value. */
export function assertCredentials(
  credentials: unknown,
  option: string,
): asserts credentials is ClientCredentials {
  if (typeof credentials !== 'object' || credentials === null) {
    const got = receivedSecret(credentials)
    const what = `Option "${option}" must be { clientId, clientSecret } or a function, got ${got}`
    throw new InvalidCredentials('credentials_missing', what)
  }
  for (const field of ['clientId', 'clientSecret'] as const) {
    const value = (credentials as Record<string, unknown>)[field]
    if (typeof value !== 'string' || value === '') {
      throw new InvalidCredentials(
        'credentials_missing',
        `Option "${option}.${field}" must be a non-empty string, got ${receivedSecret(value)}`,
      )
    }
    // Forage would answer `invalid_client` to the line break of a file or a paste, and the reason would stay hidden.
    if (isPlain(value)) continue
    throw new InvalidCredentials(
      'credentials_malformed',
      `Option "${option}.${field}" must have no surrounding spaces and no control characters, ` +
        `got ${receivedSecret(value)}`,
    )
  }
}

function isPlain(value: string): boolean {
  return value === value.trim() && !/\p{Cc}/u.test(value)
}

/** Reads the credentials, once for all callers. Both reads reject if they fail or take more than 5 s. */
export interface CredentialsReader {
  /** The credentials of the last read, if there was one. */
  readonly known: ClientCredentials | undefined
  read(): Promise<ClientCredentials>
  /** Calls the function again. Undefined if the credentials are the same as before. */
  readAgain(): Promise<ClientCredentials | undefined>
}

/** `option` is the name of the option in error messages. */
export function createCredentialsReader(
  credentials: Credentials,
  option: string,
  clock: ServerClock,
): CredentialsReader {
  if (typeof credentials !== 'function') {
    return { known: credentials, read: async () => credentials, readAgain: async () => undefined }
  }
  let known: ClientCredentials | undefined
  const call = async (): Promise<ClientCredentials> => {
    const answer = await withDeadline(clock, readingMs, undefined, async () => credentials())
    assertCredentials(answer, `${option}()`)
    return (known = { clientId: answer.clientId, clientSecret: answer.clientSecret })
  }
  return {
    get known() {
      return known
    },
    read: async () => known ?? call(),
    readAgain: async () => {
      const before = known
      const after = await call()
      return isSame(before, after) ? undefined : after
    },
  }
}

function isSame(a: ClientCredentials | undefined, b: ClientCredentials): boolean {
  return a?.clientId === b.clientId && a.clientSecret === b.clientSecret
}
