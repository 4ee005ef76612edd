// Compares answers with docs/backend.openapi.json. It knows the part of JSON Schema that the file uses.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { root } from '../run-command.ts'

interface Schema {
  $ref?: string
  allOf?: Schema[]
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  pattern?: string
  minimum?: number
  maximum?: number
  required?: string[]
  properties?: Record<string, Schema>
  additionalProperties?: false
  description?: string
}

interface Described {
  headers: Record<string, { $ref: string }>
  content?: Record<string, { schema: Schema }>
}

/** An operation of the contract. */
export interface Operation {
  responses: Record<string, Described>
}

const api = JSON.parse(readFileSync(join(root, 'docs/backend.openapi.json'), 'utf8')) as {
  paths: Record<string, { post: Operation; options: Operation }>
  components: Record<string, Record<string, unknown>>
}
/** The operations of docs/backend.openapi.json. */
export const { post, options } = Object.values(api.paths)[0]!

function schemaOf({ $ref }: { $ref: string }): Schema {
  const [, , group, name] = $ref.split('/')
  const found = api.components[group!]![name!] as Schema | { schema: Schema }
  return 'schema' in found ? found.schema : found
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Number.isInteger(value) ? 'integer' : typeof value
}

const keywords = new Set(
  '$ref allOf type enum const pattern minimum maximum required properties additionalProperties description'.split(
    ' ',
  ),
)

/** Returns what in a value contradicts a schema. Throws for a keyword that it does not know. */
function contradictions(value: unknown, schema: Schema, at = 'body'): string[] {
  if (schema.$ref !== undefined) return contradictions(value, schemaOf({ $ref: schema.$ref }), at)
  const unknown = Object.keys(schema).filter((keyword) => !keywords.has(keyword))
  if (unknown.length > 0) throw new Error(`unknown keywords: ${unknown.join()}`)
  const { allOf = [], type, pattern, minimum, maximum, required = [], properties = {} } = schema
  const { enum: values, const: only, additionalProperties } = schema
  const wrong = (isWrong: boolean, why: string): string[] => (isWrong ? [`${at}: ${why}`] : [])
  const members = Object(value) as Record<string, unknown>
  return [
    ...wrong(type !== undefined && ![type].flat().includes(typeOf(value)), `is a ${typeOf(value)}`),
    ...wrong(values !== undefined && !values.includes(value), 'is not one of the values'),
    ...wrong(only !== undefined && only !== value, `is not ${String(only)}`),
    ...wrong(pattern !== undefined && !new RegExp(pattern).test(String(value)), `does not match ${pattern}`),
    ...wrong(minimum !== undefined && Number(value) < minimum, 'is too small'),
    ...wrong(maximum !== undefined && Number(value) > maximum, 'is too large'),
    ...required.flatMap((name) => wrong(!(name in members), `has no ${name}`)),
    ...(additionalProperties === false
      ? Object.keys(members).flatMap((name) => wrong(!(name in properties), `has ${name}`))
      : []),
    ...Object.entries(properties).flatMap(([name, member]) =>
      name in members ? contradictions(members[name], member, `${at}.${name}`) : [],
    ),
    ...allOf.flatMap((each) => contradictions(value, each, at)),
  ]
}

/** Returns what in an answer contradicts its description. */
export async function contradictionsOf(response: Response, { responses }: Operation): Promise<string[]> {
  const described = responses[response.status]
  if (!described) return [`${response.status} is not described`]
  const headers = Object.entries(described.headers).flatMap(([name, reference]) =>
    contradictions(response.headers.get(name), schemaOf(reference), name),
  )
  const text = await response.text()
  const [mediaType, content] = Object.entries(described.content ?? {})[0] ?? []
  if (mediaType !== (response.headers.get('content-type') ?? undefined))
    return [...headers, `content-type: ${response.headers.get('content-type')}`]
  return content ? [...headers, ...contradictions(JSON.parse(text), content.schema)] : headers
}
