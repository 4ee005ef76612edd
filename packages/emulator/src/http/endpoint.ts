import type { GenericSchema } from 'valibot'

import type { EmulatorContext, RouteContext } from '../context.ts'

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** docs.joinforage.app/reference/create-authentication-token */
export const scopes = ['accounts', 'hosted_checkout', 'pinpad_only', 'reporting'] as const
export type Scope = (typeof scopes)[number]

/**
 * What opens an endpoint: an authentication token, that or a session token (docs.joinforage.app/docs/authentication-
 * reference), the client's own credentials (RFC 6749 §2.3), an access token of Quidkey's, or nothing.
 */
export type Security = 'authentication' | 'either' | 'client' | 'quidkey' | 'none'

/** One row of the API: enough to answer it, to describe it (OpenAPI) and to send nonsense to it (fuzzing). */
export interface Endpoint {
  readonly method: Method
  /** As Hono writes it: `/api/payments/:ref/`. */
  readonly path: string
  readonly summary: string
  /** The page of the docs, or the SDK's file, that it is known from. */
  readonly source: string
  readonly security: Security
  /** Which scope of an authentication token opens it. */
  readonly scope: Scope | undefined
  readonly merchant: 'required' | 'optional' | 'none'
  readonly idempotencyKey: 'required' | 'optional' | 'none'
  readonly body: EndpointBody | undefined
  /** Names of the query's parameters, with what they are. */
  readonly query: Readonly<Record<string, string>>
  readonly replies: EndpointReplies
  answer(context: EmulatorContext, c: RouteContext): Response | Promise<Response>
}

export interface EndpointBody {
  readonly type: 'json' | 'form'
  readonly schema: GenericSchema
}

/** Its successes by status. Errors come in the envelopes of `error-envelopes.ts`. */
export type EndpointReplies = Readonly<Record<number, EndpointReply>>

export interface EndpointReply {
  readonly description: string
  /** Undefined: no body. */
  readonly schema?: GenericSchema
}

/** An answer before it is put on the wire. Without a body: 204, or an empty 200. */
export interface Reply {
  readonly status: 200 | 201 | 204 | 400
  readonly body?: unknown
}
