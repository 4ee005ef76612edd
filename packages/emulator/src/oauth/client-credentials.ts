import type { EmulatorContext } from '../context/context.ts'
import { invalidClient } from '../http/api-error.ts'

export interface ClientCredentials {
  readonly id: unknown
  readonly secret: unknown
}

/** Throws `invalid_client` for wrong credentials, or for a disabled application. */
export function requireClient(context: EmulatorContext, given: ClientCredentials): void {
  if (!isClient(context, given)) throw invalidClient()
}

export function isClient(context: EmulatorContext, { id, secret }: ClientCredentials): boolean {
  return (
    id === context.clientId && secret === context.clientSecret && context.store.facts().applicationEnabled
  )
}

/** Reads the credentials from the Basic header, or else from the body (RFC 6749 §2.3.1). */
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

/** Decodes one half of the Basic credentials (RFC 6749 §2.3.1). Text that is not encoded stays unchanged. */
function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
