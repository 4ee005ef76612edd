import fc from 'fast-check'
import type { GenericSchema } from 'valibot'

/** The parts of a valibot schema that are needed to create values of its shape. */
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

/** A function that returns likely texts for the name of a field. */
export type TextOf = (field: string) => fc.Arbitrary<string>

/** Returns values that a schema probably accepts. */
export function arbitraryOf(schema: GenericSchema, textOf: TextOf): fc.Arbitrary<unknown> {
  return ofShape(schema, '', textOf)
}

function ofShape(shape: Shape, field: string, textOf: TextOf): fc.Arbitrary<unknown> {
  const inner = (one: Shape | undefined, name = field): fc.Arbitrary<unknown> =>
    one ? ofShape(one, name, textOf) : fc.jsonValue()
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
      return ofPrimitive(shape, () => textOf(field))
  }
}

function ofEntries(
  entries: Readonly<Record<string, Shape>>,
  inner: (shape: Shape, name: string) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const model = Object.fromEntries(Object.entries(entries).map(([name, shape]) => [name, inner(shape, name)]))
  const optional = ['optional', 'exact_optional', 'nullish']
  const requiredKeys = Object.keys(entries).filter((name) => !optional.includes(entries[name]?.type ?? ''))
  return fc.record(model, { requiredKeys })
}

function ofPrimitive(shape: Shape, text: () => fc.Arbitrary<string>): fc.Arbitrary<unknown> {
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
      return ofText(shape, text())
    default:
      return fc.jsonValue()
  }
}

function ofText({ pipe = [] }: Shape, text: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  const pattern = pipe.find(({ type }) => type === 'regex')?.requirement
  if (pattern instanceof RegExp) return fc.oneof(fc.stringMatching(pattern), text)
  return text
}
