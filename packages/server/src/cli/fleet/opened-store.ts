import type { TokenStore } from '../../store/token-store.ts'

/** The store that the servers share. Disposing closes it and its client. */
export interface OpenedStore extends AsyncDisposable {
  store: TokenStore
}

/** The store cannot be reached, or refuses the connection. The error holds only a code: an address may hold a password. */
export class StoreUnreachable extends Error {
  override readonly name = 'StoreUnreachable'
  readonly code: string
  constructor(code: string, store = 'Redis of REDIS_URL') {
    super(`The ${store} cannot be used (${code}).`)
    this.code = code
  }
}
