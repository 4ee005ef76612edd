import type { EmulatorContext } from '../context.ts'
import { invalidClient } from '../http/api-error.ts'

interface ClientCredentials {
  readonly id: string
  readonly secret: string
}

/** RFC 6749 §2.3.1: by Basic, or in the body. Throws `invalid_client`. */
export function requireClient(
  context: EmulatorContext,
  authorization: string | undefined,
  form: URLSearchParams,
): void {
  const given = basicCredentials(authorization) ?? bodyCredentials(form)
  const matches = given?.id === context.clientId && given.secret === context.clientSecret
  if (!matches || !context.store.facts().applicationEnabled) throw invalidClient()
}

function bodyCredentials(form: URLSearchParams): ClientCredentials {
  return { id: form.get('client_id') ?? '', secret: form.get('client_secret') ?? '' }
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
