import { load } from '../../peers/load.ts'
import { merchantUrl, tokenUrl } from '../world/world.ts'
import type { PeerAdapter } from './peer.ts'

interface User {
  readonly access_token: string
  readonly expired?: boolean
}

interface UserManager {
  getUser(): Promise<User | null>
  signinSilent(): Promise<User | null>
  storeUser(user: User): Promise<void>
}

interface OidcClient {
  UserManager: new (settings: object) => UserManager
  User: new (fields: object) => User
  WebStorageStateStore: new (options: { store: unknown }) => unknown
  InMemoryWebStorage: new () => unknown
}

export const oidcClientTs: PeerAdapter = {
  name: 'oidc-client-ts',
  packages: ['oidc-client-ts'],
  async create() {
    const oidc = (await load('oidc-client-ts')) as OidcClient
    const manager = new oidc.UserManager({
      authority: merchantUrl,
      client_id: 'bench',
      redirect_uri: `${merchantUrl}/callback`,
      metadata: { issuer: merchantUrl, token_endpoint: tokenUrl },
      userStore: new oidc.WebStorageStateStore({ store: new oidc.InMemoryWebStorage() }),
    })
    // The customer signed in earlier: the access token has expired, and the refresh token has not.
    const expired = { access_token: 'expired', token_type: 'bearer', refresh_token: 'refresh', profile: {} }
    await manager.storeUser(new oidc.User({ ...expired, expires_at: Math.floor(Date.now() / 1000) - 60 }))
    return {
      async get() {
        const user = await manager.getUser()
        const fresh = user && user.expired === false ? user : await manager.signinSilent()
        return fresh?.access_token ?? ''
      },
    }
  },
}
