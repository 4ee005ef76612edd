import * as v from 'valibot'

/**
 * Returns a whole sentence about the first problem of a body. A message of the schema is one already; valibot's default
 * starts with "Invalid" and repeats the value, which may be a card number or a secret.
 */
export function issueSentence(issue: v.BaseIssue<unknown>): string {
  if (!issue.message.startsWith('Invalid ')) return issue.message
  const name = v.getDotPath(issue) ?? 'The body'
  if (issue.received === 'undefined') return `${name} is required.`
  return `${name}: expected ${issue.expected ?? 'something else'}, got ${kindOf(issue.input)}.`
}

function kindOf(input: unknown): string {
  if (input === null) return 'null'
  if (Array.isArray(input)) return 'a list'
  return typeof input === 'object' ? 'an object' : `a ${typeof input}`
}
