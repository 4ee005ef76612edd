import { fingerprint } from '../shared/fingerprint.ts'

/** The places to search: each key names a place, and its value is searched at any depth. */
export interface LeakSearch {
  /** The tokens that must not appear. Their beginnings and ends, without the prefix, must not appear either. */
  readonly tokens: readonly string[]
  readonly [place: string]: unknown
}

/** A part of a token this long is no ordinary word. Shorter parts are searched only if a token is shorter. */
const partLength = 12

/**
 * Throws an error that names the place if a token or a part of one is found there: in strings and keys, errors
 * (message, stack, cause), objects, maps, sets, headers, URLs and storages, as JSON and as a structured clone.
 * In a page its URL, cookies, `localStorage` and `sessionStorage` are searched as well.
 *
 * @example
 * ```ts
 * import { expectNoTokenLeak } from '@forage-session/core/testing'
 *
 * expectNoTokenLeak({ tokens: ['sandbox_token-1'], html: document.body.innerHTML })
 * ```
 */
export function expectNoTokenLeak({ tokens, ...places }: LeakSearch): void {
  if (tokens.length === 0) throw new Error('expectNoTokenLeak needs the tokens to search for')
  const needles = tokens.flatMap((token) => partsOf(token).map((part) => ({ part, token })))
  for (const { path, text } of everywhere({ ...pagePlaces(), ...places })) {
    const found = needles.find(({ part }) => text.includes(part))
    if (found) throw new Error(`A token (fingerprint ${fingerprint(found.token)}) leaked into ${path}`)
  }
}

/** Returns the whole token, its ends, and a JWT's last two segments: its header is the same in many tokens. */
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

/** Members that errors, requests, events and URLs inherit from their prototypes. */
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

/** A getter, a proxy or an object that cannot be cloned may throw: then there is nothing to search. */
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
  // Without a document there is no page, and Node.js warns about reading its storages.
  if (!page.document) return {}
  return {
    'the URL': page.location?.href,
    'the history state': attempt(() => page.history?.state as unknown),
    cookies: attempt(() => page.document?.cookie),
    localStorage: attempt(() => Object.assign({}, page.localStorage)),
    sessionStorage: attempt(() => Object.assign({}, page.sessionStorage)),
  }
}
