/** HTML text, which needs no escaping. */
export interface Html {
  readonly markup: string
}

type Child = string | number | Html | readonly Html[] | undefined

/** Returns HTML from a template. Escapes the values, except HTML. */
export function html(parts: TemplateStringsArray, ...values: readonly Child[]): Html {
  const markup = parts.reduce((before, part, index) => before + markupOf(values[index - 1]) + part)
  return { markup }
}

function markupOf(child: Child): string {
  if (child === undefined) return ''
  if (typeof child !== 'object') return escapeHtml(String(child))
  return 'markup' in child ? child.markup : child.map(({ markup }) => markup).join('')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
}
