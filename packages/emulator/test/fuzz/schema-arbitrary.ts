import fc from 'fast-check'
import type { GenericSchema } from 'valibot'

/** As much of a valibot schema as it takes to make values of its shape. */
interface Shape {
  readonly type: string
  readonly entries?: Readonly<Record<string, Shape>>
  readonly wrapped?: Shape
  readonly item?: Shape
  readonly value?: Shape
  readonly literal?: unknown
  readonly options?: readonly unknown[]
  readonly pipe?: readonly { readonly type: string; readonly requirement?: unknown }[]
}

/** Values that a schema is likely to accept; `strings` beside any others where it wants a text. */
export function arbitraryOf(schema: GenericSchema, strings: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  return ofShape(schema as unknown as Shape, strings)
}

function ofShape(shape: Shape, strings: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  const inner = (one: Shape | undefined): fc.Arbitrary<unknown> =>
    one ? ofShape(one, strings) : fc.jsonValue()
  switch (shape.type) {
    case 'object':
    case 'loose_object':
    case 'strict_object':
      return ofEntries(shape.entries ?? {}, inner)
    case 'optional':
    case 'exact_optional':
      return inner(shape.wrapped)
    case 'nullish':
    case 'nullable':
      return fc.oneof({ weight: 5, arbitrary: inner(shape.wrapped) }, fc.constant(null))
    case 'array':
      return fc.array(inner(shape.item), { maxLength: 4 })
    case 'record':
      return fc.dictionary(fc.string(), inner(shape.value), { maxKeys: 4 })
    case 'union':
    case 'variant':
      return fc.oneof(...(shape.options ?? []).map((option) => inner(option as Shape)))
    default:
      return ofPrimitive(shape, strings)
  }
}

function ofEntries(
  entries: Readonly<Record<string, Shape>>,
  inner: (shape: Shape) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const model = Object.fromEntries(Object.entries(entries).map(([name, shape]) => [name, inner(shape)]))
  const optional = ['optional', 'exact_optional', 'nullish']
  const requiredKeys = Object.keys(entries).filter((name) => !optional.includes(entries[name]?.type ?? ''))
  return fc.record(model, { requiredKeys })
}

function ofPrimitive(shape: Shape, strings: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  switch (shape.type) {
    case 'literal':
      return fc.constant(shape.literal)
    case 'picklist':
    case 'enum':
      return fc.constantFrom(...(shape.options ?? []))
    case 'boolean':
      return fc.boolean()
    case 'number':
      return fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer(), fc.double())
    case 'string':
      return ofText(shape, strings)
    default:
      return fc.jsonValue()
  }
}

const amounts = fc.integer({ min: 0, max: 50_000 }).map((cents) => (cents / 100).toFixed(2))

function ofText({ pipe = [] }: Shape, strings: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  const pattern = pipe.find(({ type }) => type === 'regex')?.requirement
  if (pattern instanceof RegExp) return fc.oneof(fc.stringMatching(pattern), strings)
  return fc.oneof({ weight: 4, arbitrary: strings }, amounts, fc.string({ unit: 'binary' }))
}
