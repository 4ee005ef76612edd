import type { GenericSchema } from 'valibot'

import type { EmulatorContext, RouteContext } from '../context/context.ts'

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** docs.joinforage.app/reference/create-authentication-token */
export const scopes = ['accounts', 'hosted_checkout', 'pinpad_only', 'reporting'] as const
export type Scope = (typeof scopes)[number]

/**
 * The credentials that an endpoint requires: an authentication token; either that or a session token
 * (docs.joinforage.app/docs/authentication-reference); the client's credentials (RFC 6749 §2.3); a Quidkey access token;
 * or none.
 */
export type Security = 'authentication' | 'either' | 'client' | 'quidkey' | 'none'

/** An endpoint of the API, with all that it takes to answer it, to describe it (OpenAPI) and to fuzz it. */
export interface Endpoint {
  readonly method: Method
  /** The path in Hono's notation: `/api/payments/:ref/`. */
  readonly path: string
  readonly summary: string
  /** The page of the docs, or the file of an SDK, that documents the endpoint. */
  readonly source: string
  readonly security: Security
  /** The scope that an authentication token needs. */
  readonly scope: Scope | undefined
  readonly merchant: 'required' | 'optional' | 'none'
  readonly idempotencyKey: 'required' | 'optional' | 'none'
  readonly body: EndpointBody | undefined
  /** The names of the query's parameters, each with a description. */
  readonly query: Readonly<Record<string, string>>
  readonly replies: EndpointReplies
  answer(context: EmulatorContext, c: RouteContext): Response | Promise<Response>
}

export interface EndpointBody {
  readonly type: 'json' | 'form'
  readonly schema: GenericSchema
}

/** The successful answers by status. Errors have the envelopes of `error-envelopes.ts`. */
export type EndpointReplies = Readonly<Record<number, EndpointReply>>

export interface EndpointReply {
  readonly description: string
  /** Undefined: no body. */
  readonly schema?: GenericSchema
}

/** An answer before it is written. Without a body it is a 204, or an empty 200. */
export interface Reply {
  readonly status: 200 | 201 | 204 | 400
  readonly body?: unknown
}
