/** One challenge of a `WWW-Authenticate` header (RFC 9110 §11.6.1). Names are lower-cased. */
export interface Challenge {
  readonly scheme: string
  readonly parameters: Readonly<Record<string, string>>
}

/** `name = "quoted, with commas"` or `name=token`, or a word that begins a new challenge. */
const part = /([\w!#$%&'*+.^`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+)))?/g

/** Every challenge in a header that may hold several, each with parameters, all separated by commas. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = []
  for (const [, name = '', quoted, plain] of header.matchAll(part)) {
    const value = quoted?.replaceAll(/\\(.)/g, '$1') ?? plain
    if (value === undefined) challenges.push({ scheme: name.toLowerCase(), parameters: {} })
    else Object.assign(challenges.at(-1)?.parameters ?? {}, { [name.toLowerCase()]: value })
  }
  return challenges
}
