import { fingerprint } from '../shared/fingerprint.ts'

/** Where to look: each key names a place, and its value is searched, however deep it is. */
export interface LeakSearch {
  /** The tokens that may not be found; their beginnings and ends, without the prefix, may not either. */
  readonly tokens: readonly string[]
  readonly [place: string]: unknown
}

/** As much of a token as can be told from a word. Shorter parts are found only where a token has no more. */
const partLength = 12

/**
 * Throws an error that names the place where a token, or a part of one, is found: in strings and keys, errors
 * (message, stack, cause), objects, maps, sets, headers, URLs and storages, as JSON and as a structured clone.
 * In a page its address, cookies, `localStorage` and `sessionStorage` are searched, too.
 */
export function expectNoTokenLeak({ tokens, ...places }: LeakSearch): void {
  if (tokens.length === 0) throw new Error('expectNoTokenLeak needs the tokens to search for')
  const needles = tokens.flatMap((token) => partsOf(token).map((part) => ({ part, token })))
  for (const { path, text } of everywhere({ ...pagePlaces(), ...places })) {
    const found = needles.find(({ part }) => text.includes(part))
    if (found) throw new Error(`A token (fingerprint ${fingerprint(found.token)}) leaked into ${path}`)
  }
}

/** The whole, its ends, and a JWT's last two segments: the header is in every token of that issuer. */
function partsOf(token: string): string[] {
  const secret = token.slice(token.indexOf('_') + 1)
  const [, ...segments] = secret.split('.')
  const pieces = segments.length > 0 ? segments : [secret]
  const ends = pieces.flatMap((piece) => [piece.slice(0, partLength), piece.slice(-partLength)])
  const parts = [secret, ...ends.filter(({ length }) => length >= partLength)]
  return parts.flatMap((part) => [part, encodeURIComponent(part), btoa(part).replaceAll('=', '')])
}

interface Text {
  readonly path: string
  readonly text: string
}

function* everywhere(places: Record<string, unknown>): Generator<Text> {
  for (const [name, value] of Object.entries(places)) {
    yield* textsOf(value, name, new Set())
    yield { path: `the JSON of ${name}`, text: attempt(() => JSON.stringify(value)) ?? '' }
    const clone: unknown = attempt(() => structuredClone(value))
    yield* textsOf(clone, `the structured clone of ${name}`, new Set())
  }
}

function* textsOf(value: unknown, path: string, seen: Set<unknown>): Generator<Text> {
  if (typeof value === 'string') yield { path, text: value }
  if (typeof value === 'symbol') yield { path, text: String(value) }
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  seen.add(value)
  for (const [name, child] of childrenOf(value)) {
    const childPath = `${path}.${String(name)}`
    if (typeof name !== 'number') yield { path: `a key of ${path}`, text: String(name) }
    yield* textsOf(child, childPath, seen)
  }
}

/** What the prototypes of errors, requests, events and addresses offer beside an object's own properties. */
const inherited = ['name', 'message', 'stack', 'cause', 'url', 'href', 'headers', 'reason', 'data', 'detail']

function* childrenOf(value: object): Generator<[PropertyKey, unknown]> {
  for (const name of new Set([...Reflect.ownKeys(value), ...inherited])) {
    const child: unknown = attempt(() => (value as Record<PropertyKey, unknown>)[name])
    if (child !== undefined) yield [name, child]
  }
  if (Symbol.iterator in value && !Array.isArray(value) && !ArrayBuffer.isView(value)) {
    yield ['entries', attempt(() => [...(value as Iterable<unknown>)])]
  }
  yield ['toString()', attempt(() => (value as { toString(): string }).toString())]
}

/** A getter, a proxy or an object that cannot be cloned may throw: then there is nothing to find. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}

function pagePlaces(): Record<string, unknown> {
  const page = globalThis as Partial<
    Pick<typeof globalThis, 'document' | 'location' | 'localStorage' | 'sessionStorage' | 'history'>
  >
  // Without a document there is no page, and Node.js warns who asks for its storages.
  if (!page.document) return {}
  return {
    'the address': page.location?.href,
    'the history state': attempt(() => page.history?.state as unknown),
    cookies: attempt(() => page.document?.cookie),
    localStorage: attempt(() => Object.assign({}, page.localStorage)),
    sessionStorage: attempt(() => Object.assign({}, page.sessionStorage)),
  }
}
