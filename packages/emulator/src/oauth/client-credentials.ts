import type { EmulatorContext } from '../context.ts'
import { invalidClient } from '../http/api-error.ts'

export interface ClientCredentials {
  readonly id: unknown
  readonly secret: unknown
}

/** Throws `invalid_client`, also for the right credentials of a disabled application. */
export function requireClient(context: EmulatorContext, given: ClientCredentials): void {
  if (!isClient(context, given)) throw invalidClient()
}

export function isClient(context: EmulatorContext, { id, secret }: ClientCredentials): boolean {
  return (
    id === context.clientId && secret === context.clientSecret && context.store.facts().applicationEnabled
  )
}

/** RFC 6749 §2.3.1: by Basic, or in the body. */
export function clientCredentials(
  authorization: string | undefined,
  form: URLSearchParams,
): ClientCredentials {
  return basicCredentials(authorization) ?? { id: form.get('client_id'), secret: form.get('client_secret') }
}

function basicCredentials(authorization: string | undefined): ClientCredentials | undefined {
  const encoded = /^basic +(\S+)$/i.exec(authorization ?? '')?.[1]
  if (encoded === undefined) return undefined
  const [id, ...secret] = decodeBase64(encoded).split(':')
  return { id: formDecode(id ?? ''), secret: formDecode(secret.join(':')) }
}

function decodeBase64(encoded: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0)))
  } catch {
    return ''
  }
}

/** Each half is form-encoded before it is joined (RFC 6749 §2.3.1); what is no encoding stays as it is. */
function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
