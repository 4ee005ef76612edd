import type { ContentfulStatusCode } from 'hono/utils/http-status'

import type { EmulatorContext, RouteContext } from '../context/context.ts'
import type { Fault } from '../context/faults.ts'
import type { ApiError } from '../http/api-error.ts'
import { bearerToken } from '../http/bearer-token.ts'
import type { Scope } from '../http/endpoint.ts'
import { signed } from '../shared/jwt.ts'
import type { Store } from '../state/store.ts'
import { authenticationTokenTable, type AuthenticationToken } from '../tokens/authentication-token.ts'
import { sessionTokenTable, type SessionToken } from '../tokens/session-token.ts'
import { missingCredentials, tokenError } from './bearer-errors.ts'

/** The sender of a request with a valid token. */
export type Caller =
  | { readonly kind: 'authentication'; readonly token: AuthenticationToken }
  | { readonly kind: 'session'; readonly token: SessionToken }

type TokenStatus =
  | { readonly state: 'live'; readonly caller: Caller }
  | {
      readonly state: 'refused'
      readonly kind?: Caller['kind']
      readonly code: 'expired_session_token' | 'invalid_token' | 'bad_signature'
    }

/** The credentials that an endpoint requires: docs.joinforage.app/docs/authentication-reference. */
export interface Required {
  readonly accepts: 'authentication' | 'either'
  /** The scope that an authentication token needs. */
  readonly scope: Scope
}

/** Returns the caller of a request. Throws the documented 401 or 403. */
export function authenticate(context: EmulatorContext, c: RouteContext, required: Required): Caller {
  const { path } = c.req
  const bearer = bearerToken(c.req.header('authorization'))
  if (bearer === undefined) throw missingCredentials(context.switches, path)
  const status = statusOf(context.store, bearer, context.time.now()) ?? unknownStatus(context, bearer)
  const rejected = takeRejection(context, path, kindOf(status))
  if (rejected) throw rejected
  if (status.state === 'refused') throw tokenError(context.switches, path, status.code)
  const refusal = refusalOf(context, status.caller, required, c.req.header('origin') !== undefined)
  if (refusal) throw tokenError(context.switches, path, refusal)
  return status.caller
}

/** Returns the status of a token, or undefined for an unknown one. */
function statusOf(store: Store, bearer: string, now: number): TokenStatus | undefined {
  const session = store.table(sessionTokenTable).get(bearer)
  if (session) return sessionStatus(store, session, now)
  const token = store.table(authenticationTokenTable).get(bearer)
  if (!token) return undefined
  if (now >= token.expiresAt) return { state: 'refused', code: 'invalid_token' }
  return { state: 'live', caller: { kind: 'authentication', token } }
}

/** Returns the status of an unknown token. A wrong signature means an altered token, or one from another environment. */
function unknownStatus({ sign, switches }: EmulatorContext, bearer: string): TokenStatus {
  const written = /^[^_.]+_([\w-]+={0,2}\.[\w-]+)\.[\w-]+$/.exec(bearer)?.[1]
  const genuine = written === undefined || bearer.endsWith(`_${signed(written, sign)}`)
  return { state: 'refused', code: genuine ? 'invalid_token' : switches.alteredSessionToken }
}

/** Returns the status of a session token, which dies with its authentication token. */
function sessionStatus(store: Store, token: SessionToken, now: number): TokenStatus {
  if (now >= token.expiresAt) return { state: 'refused', kind: 'session', code: 'expired_session_token' }
  if (!store.table(authenticationTokenTable).has(token.parent))
    return { state: 'refused', kind: 'session', code: 'invalid_token' }
  return { state: 'live', caller: { kind: 'session', token } }
}

function kindOf(status: TokenStatus): Caller['kind'] | undefined {
  return status.state === 'live' ? status.caller.kind : status.kind
}

/** Returns the error of the fault `reject`, if one applies to this request. */
function takeRejection(
  context: EmulatorContext,
  path: string,
  kind: Caller['kind'] | undefined,
): ApiError | undefined {
  const applies = (fault: Fault): boolean =>
    kind !== 'authentication' || rejectionCode(fault, kind) !== 'expired_session_token'
  const fault = context.faults.take('reject', path, applies)
  if (!fault) return undefined
  const status = fault.status as ContentfulStatusCode | undefined
  return tokenError(context.switches, path, rejectionCode(fault, kind), status)
}

function rejectionCode(fault: Fault, kind: Caller['kind'] | undefined): string {
  if (fault.code !== undefined) return fault.code
  return kind === 'authentication' && fault.path !== undefined ? 'invalid_token' : 'expired_session_token'
}

function refusalOf(
  { switches }: EmulatorContext,
  caller: Caller,
  { accepts, scope }: Required,
  fromBrowser: boolean,
): 'forbidden' | 'invalid_token' | undefined {
  if (caller.kind === 'session') return accepts === 'authentication' ? switches.wrongTokenType : undefined
  if (fromBrowser && switches.clientAuthenticationTokens === 'reject') return 'forbidden'
  // docs.joinforage.app/reference/create-authentication-token: each scope opens its own endpoints only.
  return caller.token.scopes.includes(scope) ? undefined : 'forbidden'
}
