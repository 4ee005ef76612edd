import { toJsonSchema } from '@valibot/to-json-schema'
import type { GenericSchema } from 'valibot'

import type { Endpoint } from '../http/endpoint.ts'
import { errorSchemas, isQuidkey } from '../http/error-envelopes.ts'
import { apiVersions } from '../shared/api-versions.ts'

type Json = Record<string, unknown>

/** Returns the OpenAPI 3.1 description of the endpoints, from the schemas that check them. */
export function openApi(endpoints: readonly Endpoint[]): Json {
  const paths: Record<string, Json> = {}
  for (const endpoint of endpoints) {
    const path = endpoint.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(endpoint) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Forage Payments API, as emulated',
      version: apiVersions.at(-1),
      description:
        'The API, its PIN vault and its OAuth server, as publicly known. Each operation names its source.',
    },
    tags: [...new Set(endpoints.map(({ path }) => tagOf(path)))].map((name) => ({ name })),
    paths,
    components: { securitySchemes, schemas: mapValues(errorSchemas, jsonSchema), responses: errorResponses },
  }
}

const securitySchemes = {
  authenticationToken: { type: 'http', scheme: 'bearer', description: 'A token of the merchant’s backend.' },
  sessionToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of a customer’s checkout, which lasts 15 minutes.',
  },
  client: {
    type: 'http',
    scheme: 'basic',
    description: 'Client ID and secret, in this header or in the body.',
  },
  quidkey: { type: 'http', scheme: 'bearer', description: 'An access token of Quidkey.' },
}

const errorResponses = {
  OAuthError: errorResponse('The error of RFC 6749 §5.2.', ['OAuthError']),
  QuidkeyError: errorResponse('Quidkey’s envelope.', ['QuidkeyError']),
  Error: errorResponse('One of the error envelopes.', [
    'ErrorList',
    'Detail',
    'EbtError',
    'DeclinedPayment',
    'VaultError',
  ]),
}

function errorResponse(description: string, names: readonly string[]): Json {
  const anyOf = names.map((name) => ({ $ref: `#/components/schemas/${name}` }))
  return { description, content: { 'application/json': { schema: { anyOf } } } }
}

function operation(endpoint: Endpoint): Json {
  const { summary, source, body, replies, security } = endpoint
  return {
    operationId: operationId(endpoint),
    tags: [tagOf(endpoint.path)],
    summary,
    description: `Source: ${source}.`,
    parameters: parameters(endpoint),
    ...(security === 'none' ? {} : { security: securityOf(endpoint) }),
    ...(body ? { requestBody: requestBody(body) } : {}),
    responses: {
      ...mapValues(replies, ({ description, schema }) => ({ description, ...jsonContent(schema) })),
      default: { $ref: `#/components/responses/${errorOf(endpoint)}` },
    },
  }
}

function errorOf({ path, security }: Endpoint): keyof typeof errorResponses {
  if (isQuidkey(path)) return 'QuidkeyError'
  return security === 'client' ? 'OAuthError' : 'Error'
}

/** Returns a name for generated clients: `GET /api/payments/:ref/` is `getPaymentsByRef`. It does not depend on other endpoints. */
function operationId({ method, path }: Endpoint): string {
  const words = resourcePath(path)
    .replaceAll(/:(\w+)/g, 'by_$1')
    .split(/\W|_/)
    .filter(Boolean)
  return [method.toLowerCase(), ...words.map(capitalized)].join('')
}

/** Returns the resource of the path as its tag. */
function tagOf(path: string): string {
  const [name = ''] = resourcePath(path).split('/')
  return capitalized(name.replaceAll('_', ' '))
}

/** Returns `vault/payments/…` for `/proxy/api/payments/…`, and `oauth/token/` for `/o/token/`. */
function resourcePath(path: string): string {
  return path
    .replace(/^\/proxy\/api\//, 'vault/')
    .replace(/^\/o\//, 'oauth/')
    .replace(/^\/(api\/)?/, '')
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

function securityOf({ security, scope }: Endpoint): Json[] {
  const scopes = scope === undefined ? [] : [scope]
  if (security === 'client') return [{ client: [] }]
  if (security === 'quidkey') return [{ quidkey: [] }]
  if (security === 'authentication') return [{ authenticationToken: scopes }]
  return [{ authenticationToken: scopes }, { sessionToken: [] }]
}

function parameters({ path, query, merchant, idempotencyKey, security }: Endpoint): Json[] {
  const text = { schema: { type: 'string' } }
  const header = (name: string, required: boolean): Json => ({ name, in: 'header', required, ...text })
  return [
    ...Array.from(path.matchAll(/:(\w+)/g), ([, name]) => ({ name, in: 'path', required: true, ...text })),
    ...Object.entries(query).map(([name, description]) => ({ name, in: 'query', description, ...text })),
    ...(merchant === 'none' ? [] : [header('Merchant-Account', merchant === 'required')]),
    ...(idempotencyKey === 'none' ? [] : [header('Idempotency-Key', idempotencyKey === 'required')]),
    ...(security === 'authentication' || security === 'either' ? [header('API-Version', false)] : []),
  ]
}

function requestBody({ type, schema }: NonNullable<Endpoint['body']>): Json {
  const contentType = type === 'json' ? 'application/json' : 'application/x-www-form-urlencoded'
  return { content: { [contentType]: { schema: jsonSchema(schema) } } }
}

function jsonContent(schema: GenericSchema | undefined): Json {
  return schema ? { content: { 'application/json': { schema: jsonSchema(schema) } } } : {}
}

/** Converts to JSON Schema, without checks in code, which it cannot express. Descriptions state those. */
function jsonSchema(schema: GenericSchema): Json {
  const { $schema: _, ...rest } = toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode: 'input',
    errorMode: 'ignore',
  })
  return rest
}

function mapValues<Value, Mapped>(
  record: Readonly<Record<string, Value>>,
  map: (value: Value) => Mapped,
): Record<string, Mapped> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
}
