import type { Answer, Api } from '../../api.ts'

export const grant = { grant_type: 'client_credentials', scope: 'pinpad_only' }

/** Requests an authentication token and revokes it immediately, so that a run does not fill the client's limit. */
export async function requestToken(api: Api, form: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const answer = await api.oauth('/o/token/', { ...grant, ...form })
  await revokeIssued(api, answer)
  return answer
}

/** Sends a token request with these headers and this body, and revokes the token that it may get. */
export async function sendTokenRequest(
  api: Api,
  headers: Record<string, string>,
  body?: string | URLSearchParams,
): Promise<Answer> {
  const answer = await api.send('POST', '/o/token/', { merchant: null, headers, body })
  await revokeIssued(api, answer)
  return answer
}

/** Revokes the token in an answer, if there is one. */
export async function revokeIssued(api: Api, answer: Answer): Promise<void> {
  const token = fieldOf(answer, 'access_token')
  if (typeof token === 'string') await api.oauth('/o/revoke_token/', { token })
}

export function basicCredentials({ options }: Api): Record<string, string> {
  return { Authorization: `Basic ${btoa(`${options.clientId}:${options.clientSecret}`)}` }
}

/** Returns a field of an answer's JSON object, or undefined. */
export function fieldOf({ body }: Answer, name: string): unknown {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined
}
