// Whatever an application can import has a docstring, and so has each of its members: a plugin of TypeDoc, which
// lets the build fail for one that is missing.
import { Application, Converter, ReflectionKind } from 'typedoc'

const kinds = [
  ReflectionKind.Module,
  ReflectionKind.Interface,
  ReflectionKind.TypeAlias,
  ReflectionKind.Class,
  ReflectionKind.Function,
  ReflectionKind.Variable,
  ReflectionKind.Property,
  ReflectionKind.Method,
  ReflectionKind.Accessor,
]

/** How a docstring begins that says whose shape it is: the parts are documented there. */
const foreign = /^(What this needs of|The part of) /

/** @param {import('typedoc').DeclarationReflection} reflection */
function documented({ comment, signatures = [], getSignature, type }) {
  const called = type?.type === 'reflection' ? (type.declaration.signatures ?? []) : []
  return [{ comment }, ...signatures, ...called, getSignature].find((part) => part?.comment)?.comment
}

/**
 * Whether what has this has said enough: the parts of a shape without a name of its own, what a class repeats from
 * `Error`, and the parts of a foreign shape.
 *
 * @param {import('typedoc').DeclarationReflection} reflection
 */
function isSelfEvident(reflection) {
  if (reflection.overwrites !== undefined) return true
  for (let { parent } = reflection; parent; parent = parent.parent) {
    const summary = parent.comment?.summary.map(({ text }) => text).join('') ?? ''
    if (parent.kindOf(ReflectionKind.TypeLiteral) || foreign.test(summary)) return true
  }
  return false
}

/** @param {import('typedoc').DeclarationReflection} reflection */
function lacksDocstring(reflection) {
  return reflection.kindOf(kinds) && !documented(reflection) && !isSelfEvident(reflection)
}

/**
 * Whether an application calls it, and its docstring shows no call.
 *
 * @param {import('typedoc').DeclarationReflection} reflection
 */
function lacksExample(reflection) {
  const isCalled =
    reflection.kindOf(ReflectionKind.Function) && reflection.parent?.kindOf(ReflectionKind.Module)
  return isCalled && !documented(reflection)?.blockTags.some(({ tag }) => tag === '@example')
}

/** @param {Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    for (const reflection of Object.values(project.reflections)) {
      // What is taken apart in a parameter list has no name there.
      if (reflection.name === '__namedParameters') reflection.name = 'options'
    }
  })
  app.on(Application.EVENT_VALIDATE_PROJECT, (project) => {
    for (const reflection of Object.values(project.reflections)) {
      if (!reflection.isDeclaration()) continue
      const name = reflection.getFriendlyFullName()
      if (lacksDocstring(reflection)) app.logger.error(`${name} has no docstring`)
      if (lacksExample(reflection)) app.logger.error(`${name} has no @example`)
    }
  })
}
