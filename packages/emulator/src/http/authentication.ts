import type { ContentfulStatusCode } from 'hono/utils/http-status'

import type { EmulatorContext, RouteContext } from '../context.ts'
import type { Fault } from '../control/faults.ts'
import { signed } from '../jwt.ts'
import type { AuthenticationToken, SessionToken, Store } from '../state/store.ts'
import type { ApiError } from './api-error.ts'
import { missingCredentials, tokenError } from './bearer-errors.ts'
import type { Scope } from './endpoint.ts'

/** Who is calling, once the token was found good. */
export type Caller =
  | { readonly kind: 'authentication'; readonly token: AuthenticationToken }
  | { readonly kind: 'session'; readonly token: SessionToken }

type Standing =
  | { readonly state: 'live'; readonly caller: Caller }
  | {
      readonly state: 'refused'
      readonly kind?: Caller['kind']
      readonly code: 'expired_session_token' | 'invalid_token' | 'bad_signature'
    }

/** What opens an endpoint: docs.joinforage.app/docs/authentication-reference. */
export interface Required {
  readonly accepts: 'authentication' | 'either'
  /** Of an authentication token. */
  readonly scope: Scope
}

/** The caller of a request, or the documented 401 or 403, thrown. */
export function authenticate(context: EmulatorContext, c: RouteContext, required: Required): Caller {
  const { path } = c.req
  const bearer = bearerToken(c.req.header('authorization'))
  if (bearer === undefined) throw missingCredentials(context.switches, path)
  const standing = standingOf(context.store, bearer, context.time.now()) ?? strangerOf(context, bearer)
  const rejected = takeRejection(context, path, kindOf(standing))
  if (rejected) throw rejected
  if (standing.state === 'refused') throw tokenError(context.switches, path, standing.code)
  const refusal = refusalOf(context, standing.caller, required, c.req.header('origin') !== undefined)
  if (refusal) throw tokenError(context.switches, path, refusal)
  return standing.caller
}

/** RFC 6750 §2.1; the scheme is compared without case (RFC 9110 §11.1). */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
}

/** Undefined: a token that is not known. */
function standingOf(store: Store, bearer: string, now: number): Standing | undefined {
  const session = store.sessionTokens.get(bearer)
  if (session) return sessionStanding(store, session, now)
  const token = store.authenticationTokens.get(bearer)
  if (!token) return undefined
  if (now >= token.expiresAt) return { state: 'refused', code: 'invalid_token' }
  return { state: 'live', caller: { kind: 'authentication', token } }
}

/** What has the shape of a session token and not its signature was altered, or is another environment's. */
function strangerOf({ sign, switches }: EmulatorContext, bearer: string): Standing {
  const written = /^[^_.]+_([\w-]+\.[\w-]+)\.[\w-]+$/.exec(bearer)?.[1]
  const genuine = written === undefined || bearer.endsWith(`_${signed(written, sign)}`)
  return { state: 'refused', code: genuine ? 'invalid_token' : switches.alteredSessionToken }
}

/** A session token dies with the authentication token that it came from. */
function sessionStanding(store: Store, token: SessionToken, now: number): Standing {
  if (now >= token.expiresAt) return { state: 'refused', kind: 'session', code: 'expired_session_token' }
  if (!store.authenticationTokens.has(token.parent))
    return { state: 'refused', kind: 'session', code: 'invalid_token' }
  return { state: 'live', caller: { kind: 'session', token } }
}

function kindOf(standing: Standing): Caller['kind'] | undefined {
  return standing.state === 'live' ? standing.caller.kind : standing.kind
}

/** The rejection armed for this request, if any. */
function takeRejection(
  context: EmulatorContext,
  path: string,
  kind: Caller['kind'] | undefined,
): ApiError | undefined {
  const strikes = (fault: Fault): boolean =>
    kind !== 'authentication' || rejectionCode(fault, kind) !== 'expired_session_token'
  const fault = context.faults.take('reject', path, strikes)
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
  // docs.joinforage.app/reference/create-authentication-token: the other scopes open other endpoints only.
  return caller.token.scopes.includes(scope) ? undefined : 'forbidden'
}
