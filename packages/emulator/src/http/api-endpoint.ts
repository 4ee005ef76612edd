import * as v from 'valibot'

import type { EmulatorContext, RouteContext } from '../context.ts'
import type { Merchant } from '../merchants.ts'
import { invalidInput, listedError } from './api-error.ts'
import { apiVersion, type ApiVersion } from './api-version.ts'
import { authenticate, type Caller } from './authentication.ts'
import type { Endpoint, EndpointReplies, Method, Reply, Scope } from './endpoint.ts'
import { onceByKey, requireIdempotencyKey } from './idempotency.ts'
import { jsonAnswer } from './json-answer.ts'
import { optionalMerchant, requiredMerchant } from './merchant-account.ts'
import { readQuery } from './query.ts'
import { jsonBody } from './request-body.ts'
import { writeTimestamps } from './timestamps.ts'

/** A request whose sender, merchant and body were found good. */
export interface ApiCall<Body = unknown, Account = Merchant> {
  readonly context: EmulatorContext
  /** As it was called, for the error's envelope. */
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly caller: Caller
  readonly merchant: Account
  readonly version: ApiVersion
  readonly body: Body
  /** The emulator's time, in ms since the epoch. */
  readonly now: number
  /** Of the request: where a page is that the answer links to. */
  readonly origin: string
}

type MerchantRule = 'required' | 'optional'
type AccountOf<Rule extends MerchantRule> = Rule extends 'required' ? Merchant : Merchant | undefined

export interface JsonBody<Schema extends v.GenericSchema> {
  readonly schema: Schema
  /** What an error names as its source, as `Payments`. */
  readonly resource: string
  /** Of an error about the body. Default `invalid_input_data`. */
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
  /** Only on what creates or charges. Default `none`. */
  readonly idempotencyKey?: 'required' | 'optional'
  readonly body?: JsonBody<Schema>
  readonly query?: Readonly<Record<string, string>>
  readonly replies: EndpointReplies
  /** Before anything is looked at; for faults. */
  before?(context: EmulatorContext, c: RouteContext): void
  handle(call: ApiCall<v.InferOutput<Schema>, AccountOf<Rule>>): Reply | Promise<Reply>
}

/** An endpoint behind a bearer token: token → merchant → idempotency key → body → `handle`. */
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

/** Of a request's URL, which is written out in full: `new URL` would cost more than all else here. */
function originOf(url: string): string {
  return url.slice(0, url.indexOf('/', url.indexOf('//') + 2))
}

function readBody(c: RouteContext, body: JsonBody<v.GenericSchema> | undefined): unknown {
  if (!body) return undefined
  const given = body.optional && c.get('body') === '' ? {} : jsonBody(c, body.resource)
  const parsed = v.safeParse(body.schema, given, { abortEarly: true })
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  const message = sentence(issue)
  if (body.code === undefined) throw invalidInput(c.req.path, body.resource, message)
  throw listedError(c.req.path, 400, {
    code: body.code,
    message,
    source: { resource: body.resource, ref: '' },
  })
}

/** A message of the schema's own is a whole sentence; valibot's default begins with "Invalid". */
function sentence(issue: v.BaseIssue<unknown>): string {
  const name = v.getDotPath(issue)
  if (!issue.message.startsWith('Invalid ')) return issue.message
  return `${name ?? 'The body'}: expected ${issue.expected ?? 'something else'}, got ${issue.received}.`
}

function send(c: RouteContext, { status, body }: Reply): Response {
  return body === undefined ? c.body(null, status) : jsonAnswer(c, body, status as 200)
}
