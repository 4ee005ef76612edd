import * as v from 'valibot'

/** An entry of the API's error list. The rate limiter omits `source`. */
export interface ListedError {
  readonly code: string
  readonly message: string
  readonly source?: { readonly resource: string; readonly ref: string }
  /** The available balance, with `ebt_error_51`. */
  readonly details?: Readonly<Record<string, string>>
}

/**
 * The current envelope, for every status: docs.joinforage.app/reference/errors. The vault relays the API's answers, whose
 * path has no `/proxy`: forage-android-sdk ecom/services/ForageSDKTest.kt, fixtures/vault/unauthorized_capture_request.json.
 */
function listEnvelope(path: string, error: ListedError): { path: string; errors: ListedError[] } {
  return { path: path.replace(/^\/proxy(?=\/)/, ''), errors: [error] }
}

/** The envelope of Django REST framework, which forage-android-sdk RosettaBadRequestResponsePayload.kt documents. */
export function detailEnvelope(detail: string): { detail: string } {
  return { detail }
}

/** The vault's envelope: forage-android-sdk fixtures/vault/rosetta_vault_error_response.json. `code` is a number here. */
export function vaultEnvelope(): { code: number; description: string; name: string } {
  return { code: 401, description: 'authorization header malformed', name: 'auth_header_malformed' }
}

/** A refusal by the EBT network: forage-android-sdk SingleErrorResponsePayload.kt, forage-ios-sdk VaultError. */
export interface EbtDecline {
  readonly message: string
  readonly forage_code: string
  readonly status_code: number
  readonly details?: Readonly<Record<string, string>>
}

export function ebtEnvelope(
  ref: string,
  error: EbtDecline,
): { ref: string; balance: null; error: EbtDecline } {
  return { ref, balance: null, error }
}

/** The OAuth envelope (RFC 6749 §5.2), on `/o/…` only. */
export function oauthEnvelope(
  error: string,
  description?: string,
): { error: string; error_description?: string } {
  return description === undefined ? { error } : { error, error_description: description }
}

/** Quidkey's envelope: docs.quidkey.com/guides/payment-api/concepts/errors. `fields` is for errors in a request's body. */
export function quidkeyEnvelope(
  code: string,
  message: string,
  fields?: readonly { readonly field: string; readonly message: string }[],
): { success: false; error: object } {
  const metadata = fields === undefined ? {} : { metadata: { errors: fields } }
  return { success: false, error: { code, message, ...metadata } }
}

/** Returns the envelope of the path's server: `/o/…` is the OAuth server, and a path with a version is Quidkey's. */
export function envelopeFor(path: string, error: ListedError): object {
  if (path.startsWith('/o/')) return oauthEnvelope(error.code, error.message)
  if (isQuidkey(path)) return quidkeyEnvelope(error.code.toUpperCase(), error.message)
  return listEnvelope(path, error)
}

/** Returns whether the path is Quidkey's. No path of Forage starts like this. */
export function isQuidkey(path: string): boolean {
  return path.startsWith('/api/v1/')
}

const ebtDeclineSchema = v.object({
  message: v.string(),
  forage_code: v.string(),
  status_code: v.number(),
  details: v.optional(v.record(v.string(), v.string())),
})

/** The schemas of the envelopes. Every error answer matches one of them. */
export const errorSchemas: Readonly<Record<string, v.GenericSchema>> = {
  ErrorList: v.object({
    path: v.string(),
    errors: v.array(
      v.object({
        code: v.string(),
        message: v.string(),
        source: v.optional(v.object({ resource: v.string(), ref: v.string() })),
        details: v.optional(v.record(v.string(), v.string())),
      }),
    ),
  }),
  Detail: v.object({ detail: v.string() }),
  VaultError: v.object({ code: v.number(), description: v.string(), name: v.string() }),
  EbtError: v.object({ ref: v.string(), balance: v.null(), error: ebtDeclineSchema }),
  DeclinedPayment: v.pipe(
    v.looseObject({ ref: v.string(), status: v.string(), error: ebtDeclineSchema }),
    v.description('A payment whose capture the EBT network declined, with `error` next to its members.'),
  ),
  OAuthError: v.object({ error: v.string(), error_description: v.optional(v.string()) }),
  QuidkeyError: v.object({
    success: v.literal(false),
    error: v.object({
      code: v.string(),
      message: v.string(),
      metadata: v.optional(
        v.object({ errors: v.array(v.object({ field: v.string(), message: v.string() })) }),
      ),
    }),
  }),
}
