import { readRules } from './rules.ts'

/** A label that a query compares with a value. */
export interface Matcher {
  readonly label: string
  readonly operator: string
  readonly value: string
}

/** The metrics and labels that a query names. */
export interface QueryMetrics {
  readonly selectors: readonly { readonly metric: string; readonly matchers: readonly Matcher[] }[]
  /** The labels of `by`, `on` and `group_left`. */
  readonly groupedBy: readonly string[]
}

const grouping = /\b(?:by|on|group_left|group_right|ignoring|without)\s*\(([^)]*)\)/g
// A name with or without labels, or only labels.
const selector = /\b((?:forage[_:]|ALERTS)[\w:]*)(?:\{([^}]*)\})?|(?<![\w:])\{([^}]*)\}/g

/**
 * Returns what a query of PromQL names. A selector of several metrics, `{__name__=~"a(_seconds)?_bucket"}`, counts as one
 * metric: the name without the optional part.
 */
export function metricsOf(query: string): QueryMetrics {
  const groupedBy: string[] = []
  const rest = query.replaceAll(grouping, (_, names: string) => {
    groupedBy.push(...names.split(',').map((name) => name.trim()))
    return ''
  })
  const selectors = Array.from(rest.matchAll(selector), ([, name, withName, alone]) => {
    const all = matchersOf(withName ?? alone ?? '')
    const named = all.find(({ label }) => label === '__name__')?.value.replaceAll(/\([^)]*\)\?/g, '')
    return { metric: name ?? named ?? '', matchers: all.filter(({ label }) => label !== '__name__') }
  })
  return { selectors, groupedBy: groupedBy.filter(Boolean) }
}

function matchersOf(text: string): Matcher[] {
  const pattern = /([a-z_]\w*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"/gi
  return Array.from(text.matchAll(pattern), ([, label = '', operator = '', value = '']) => {
    return { label, operator, value }
  })
}

/** Returns the metrics that a recorded series is made of. The metric itself if it is not recorded. */
export function sourcesOf(metric: string): string[] {
  const recording = readRules().find(({ kind, name }) => kind === 'record' && name === metric)
  if (!recording) return [metric]
  return metricsOf(recording.expr).selectors.flatMap((each) => sourcesOf(each.metric))
}
