// A plugin of TypeDoc. It fails the build if a name that an application can import, or one of its members, has no
// docstring.
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

/** Matches the docstring of a type that is part of another library's. Its members need no docstring here. */
const foreign = /^(What this needs of|The (?:parts?|members) of) /

/** @param {import('typedoc').DeclarationReflection} reflection */
function documented({ comment, signatures = [], getSignature, type }) {
  const called = type?.type === 'reflection' ? (type.declaration.signatures ?? []) : []
  return [{ comment }, ...signatures, ...called, getSignature].find((part) => part?.comment)?.comment
}

/**
 * Returns whether a name needs no docstring: members of an unnamed type, members that a class overrides from `Error`, and
 * members of another library's type.
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
 * Returns whether an application calls a name whose docstring shows no call.
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
      // TypeDoc has no name for a destructured parameter.
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
