import * as v from 'valibot'

import type { EmulatorContext, RouteContext } from '../context/context.ts'
import { invalidInput, listedError } from '../http/api-error.ts'
import type { Endpoint, EndpointReplies, Method, Reply, Scope } from '../http/endpoint.ts'
import { issueSentence } from '../http/issue-sentence.ts'
import { jsonAnswer } from '../http/json-answer.ts'
import { jsonBody } from '../http/request-body.ts'
import type { ApiVersion } from '../shared/api-versions.ts'
import type { Merchant } from '../shared/merchants.ts'
import { apiVersion } from './api-version.ts'
import { authenticate, type Caller } from './authentication.ts'
import { onceByKey, requireIdempotencyKey } from './idempotency.ts'
import { optionalMerchant, requiredMerchant } from './merchant-account.ts'
import { writeTimestamps } from './timestamps.ts'

/** A request whose token, merchant and body are valid. */
export interface ApiCall<Body = unknown, Account = Merchant> {
  readonly context: EmulatorContext
  /** The path that was called, for the envelope of an error. */
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly caller: Caller
  readonly merchant: Account
  readonly version: ApiVersion
  readonly body: Body
  /** The emulator's time, in ms since the epoch. */
  readonly now: number
  /** The origin of the request. Pages that the answer links to are there. */
  readonly origin: string
}

export type MerchantRule = 'required' | 'optional'
type AccountOf<Rule extends MerchantRule> = Rule extends 'required' ? Merchant : Merchant | undefined

export interface JsonBody<Schema extends v.GenericSchema> {
  readonly schema: Schema
  /** The source that an error names, as `Payments`. */
  readonly resource: string
  /** The code of an error in the body. Default `invalid_input_data`. */
  readonly code?: string
  /** An absent body counts as `{}`. Default false. */
  readonly optional?: boolean
}

export interface ApiEndpointDefinition<Schema extends v.GenericSchema, Rule extends MerchantRule> {
  readonly method: Method
  readonly path: string
  readonly summary: string
  readonly source: string
  readonly tokens: 'authentication' | 'either'
  /** Default `pinpad_only`. */
  readonly scope?: Scope
  readonly merchant: Rule
  /** Only on endpoints that create or charge something. Default `none`. */
  readonly idempotencyKey?: 'required' | 'optional'
  readonly body?: JsonBody<Schema>
  readonly query?: Readonly<Record<string, string>>
  readonly replies: EndpointReplies
  /** Runs before the request is checked; for faults. */
  before?(context: EmulatorContext, c: RouteContext): void
  handle(call: ApiCall<v.InferOutput<Schema>, AccountOf<Rule>>): Reply | Promise<Reply>
}

/** Creates an endpoint behind a bearer token. It checks token, merchant, idempotency key and body, then calls `handle`. */
export function apiEndpoint<Schema extends v.GenericSchema, Rule extends MerchantRule>(
  definition: ApiEndpointDefinition<Schema, Rule>,
): Endpoint {
  const { tokens, scope = 'pinpad_only', idempotencyKey = 'none', body, query = {} } = definition
  const { method, path, summary, source, merchant, replies } = definition
  return {
    method,
    path,
    summary,
    source,
    security: tokens,
    scope,
    merchant,
    idempotencyKey,
    body: body && { type: 'json', schema: body.schema },
    query,
    replies,
    async answer(context, c) {
      definition.before?.(context, c)
      const caller = authenticate(context, c, { accepts: tokens, scope })
      const account = (merchant === 'required' ? requiredMerchant : optionalMerchant)(context, c)
      const common = { ...factsOf(context, c), caller, merchant: account as AccountOf<Rule> }
      const run = async (): Promise<Reply> => {
        const reply = await definition.handle({ ...common, body: readBody(c, body) })
        return { ...reply, body: writeTimestamps(reply.body, common.version) }
      }
      if (idempotencyKey === 'required') requireIdempotencyKey(context, c)
      return send(c, idempotencyKey === 'none' ? await run() : await onceByKey(context, c, account, run))
    },
  }
}

function factsOf(context: EmulatorContext, c: RouteContext): Omit<ApiCall, 'caller' | 'merchant' | 'body'> {
  return {
    context,
    path: c.req.path,
    params: c.req.param(),
    query: readQuery(c.req.path, c.req.url),
    version: apiVersion(context.switches, c.req.path, c.req.header('api-version')),
    now: context.time.now(),
    origin: originOf(c.req.url),
  }
}

/** Returns the origin of an absolute URL. `new URL` would cost more than the rest of this file. */
function originOf(url: string): string {
  return url.slice(0, url.indexOf('/', url.indexOf('//') + 2))
}

/** Reads the query. Refuses a repeated parameter, because its value is ambiguous. Ignores unknown parameters. */
function readQuery(path: string, url: string): URLSearchParams {
  if (!url.includes('?')) return new URLSearchParams()
  const { searchParams } = new URL(url)
  const names = [...searchParams.keys()]
  const repeated = names.find((name, position) => names.indexOf(name) !== position)
  if (repeated === undefined) return searchParams
  throw invalidInput(path, 'Query', `The query parameter "${repeated}" was given more than once.`)
}

function readBody(c: RouteContext, body: JsonBody<v.GenericSchema> | undefined): unknown {
  if (!body) return undefined
  const given = body.optional && c.get('body') === '' ? {} : jsonBody(c, body.resource)
  const parsed = v.safeParse(body.schema, given, { abortEarly: true })
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  const message = issueSentence(issue)
  if (body.code === undefined) throw invalidInput(c.req.path, body.resource, message)
  throw listedError(c.req.path, 400, {
    code: body.code,
    message,
    source: { resource: body.resource, ref: '' },
  })
}

function send(c: RouteContext, { status, body }: Reply): Response {
  return body === undefined ? c.body(null, status) : jsonAnswer(c, body, status as 200)
}
