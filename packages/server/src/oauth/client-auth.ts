import * as oauth from 'oauth4webapi'

/**
 * How the client authenticates at the token endpoint. `basic` form-encodes both halves (RFC 6749 §2.3.1), `basic-raw`
 * does not, like most HTTP clients, and `post` sends them in the body.
 */
export type ClientAuthMethod = 'basic' | 'basic-raw' | 'post'

export const clientAuthentications: Record<ClientAuthMethod, (clientSecret: string) => oauth.ClientAuth> = {
  basic: oauth.ClientSecretBasic,
  'basic-raw': (clientSecret) => (_server, client, _body, headers) =>
    headers.set('authorization', `Basic ${base64(`${client.client_id}:${clientSecret}`)}`),
  post: oauth.ClientSecretPost,
}

export function isClientAuth(value: unknown): value is ClientAuthMethod {
  return typeof value === 'string' && Object.hasOwn(clientAuthentications, value)
}

// `btoa` accepts only Latin-1, and RFC 7617 §2.1 requires UTF-8.
function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
