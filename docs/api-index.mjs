// A plugin of TypeDoc. It writes the index of the API: each name that an application can import, with the first sentence
// of its docstring.
import { PageEvent, ReflectionKind } from 'typedoc'

/** @typedef {import('typedoc').DeclarationReflection} DeclarationReflection */

/** @param {DeclarationReflection | import('typedoc').ReferenceReflection} reflection */
function target(reflection) {
  return reflection.isReference() ? reflection.getTargetReflectionDeep() : reflection
}

/**
 * Returns the first sentence of a docstring, without links: they lead to other pages than the index.
 *
 * @param {import('typedoc').Comment | undefined} comment
 */
function firstSentence(comment) {
  const text = (comment?.summary ?? []).map(({ text: part }) => part).join('')
  const line = text.replaceAll(/\s+/g, ' ').replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
  const [sentence = ''] = /^.*?[.!?](?=\s+["'`(]?[A-Z]|$)/.exec(line) ?? [line]
  return sentence.trim().replaceAll('|', String.raw`\|`)
}

/** @param {DeclarationReflection} reflection */
function commentOf(reflection) {
  const called = reflection.type?.type === 'reflection' ? reflection.type.declaration.signatures : []
  const all = [reflection, ...(reflection.signatures ?? []), ...(called ?? [])]
  return all.find(({ comment }) => comment?.summary.length)?.comment
}

/** @param {import('typedoc').ProjectReflection} project @param {import('typedoc').Router} router */
function indexOf(project, router) {
  const lines = [
    '# API',
    '',
    'Each name that you can import, by package and entry. Functions and components come first.',
  ]
  for (const module of project.children ?? []) {
    lines.push('', `## [${module.name}](${router.getFullUrl(module)})`, '', firstSentence(module.comment), '')
    lines.push('| name | what it is |', '| --- | --- |')
    const isCalled = (/** @type {DeclarationReflection} */ { kind }) => kind === ReflectionKind.Function
    const children = (module.children ?? []).toSorted((a, b) => Number(isCalled(b)) - Number(isCalled(a)))
    for (const child of children) {
      const shown = /** @type {DeclarationReflection} */ (target(child))
      const name = `${child.name}${isCalled(shown) ? '()' : ''}`
      lines.push(`| [\`${name}\`](${router.getFullUrl(shown)}) | ${firstSentence(commentOf(shown))} |`)
    }
  }
  return `${lines.join('\n')}\n`
}

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.renderer.on(PageEvent.END, (page) => {
    if (page.url !== 'index.md' || !page.model.isProject()) return
    page.contents = indexOf(page.model, /** @type {import('typedoc').Router} */ (app.renderer.router))
  })
}
