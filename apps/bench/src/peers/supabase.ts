import { load } from '../../peers/load.ts'
import { merchantUrl, type World } from '../world/world.ts'
import type { PeerAdapter } from './peer.ts'

interface Auth {
  getSession(): Promise<{ data: { session: { access_token: string } | null }; error: unknown }>
}

interface Supabase {
  GoTrueClient: new (options: {
    url: string
    fetch: World['fetch']
    storageKey: string
    storage: object
    persistSession: boolean
    autoRefreshToken: boolean
    detectSessionInUrl: boolean
  }) => Auth
}

/** Adds `expires_at`. Supabase's own endpoint also states the expiry on the server's clock. */
async function withExpiresAt(answer: Promise<Response>): Promise<Response> {
  const response = await answer
  if (!response.ok) return response
  const session = (await response.json()) as { access_token: string }
  const [, claims = ''] = session.access_token.split('.')
  const { exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { exp: number }
  return Response.json({ ...session, expires_at: exp })
}

/** Returns the session of a customer who signed in earlier. The access token has expired, the refresh token has not. */
function signedIn(): string {
  const expiresAt = Math.floor(Date.now() / 1000) - 60
  return JSON.stringify({
    access_token: 'expired',
    refresh_token: 'refresh',
    token_type: 'bearer',
    expires_in: 900,
    expires_at: expiresAt,
    user: { id: 'customer' },
  })
}

function memoryStorage(key: string): object {
  const items = new Map([[key, signedIn()]])
  return {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
    removeItem: (name: string) => void items.delete(name),
  }
}

export const supabase: PeerAdapter = {
  name: 'Supabase',
  packages: ['@supabase/auth-js'],
  async create(world) {
    const { GoTrueClient } = (await load('@supabase/auth-js')) as Supabase
    const storageKey = 'bench'
    const auth = new GoTrueClient({
      url: merchantUrl,
      fetch: (input, init) => withExpiresAt(world.fetch(input, init)),
      storageKey,
      storage: memoryStorage(storageKey),
      persistSession: true,
      autoRefreshToken: true,
      detectSessionInUrl: false,
    })
    return { get: async () => (await auth.getSession()).data.session?.access_token ?? '' }
  },
}
