import { asRecord } from './as-record.ts'

/** A check of an option, the expected value in words, and the default. */
export type Rule<Value> = readonly [accepts: (value: unknown) => boolean, expected: string, otherwise?: Value]

/** Throws a `TypeError` if an option is invalid. It names the option, and shows no token. */
export function assertOption(name: string, value: unknown, [accepts, expected]: Rule<unknown>): void {
  if (!accepts(value)) throw new TypeError(`"${name}" must be ${expected}, received ${describe(value)}`)
}

/** Names the first known option that contains the longest beginning of `name`, of at least 4 letters. */
export function hint(name: string, known: readonly string[]): string {
  const plain = (shown: string): string => shown.replace(/^platform\.|_/g, '').toLowerCase()
  for (let start = plain(name).slice(0, 50); start.length > 3; start = start.slice(0, -1)) {
    const found = known.find((other) => plain(other).includes(start))
    if (found) return `; the closest one is "${found}"`
  }
  return ''
}

/** A text after `_` that is longer than in any name of an option. */
export const tokenLike: RegExp = /[a-z]_[\w.-]{21,}/i

/** Describes a value for an error message. A possible token is not shown. */
export function describe(value: unknown): string {
  if (typeof value === 'string') {
    return tokenLike.test(value) ? 'a token (not shown)' : JSON.stringify(value.slice(0, 50))
  }
  return value === Object(value) ? typeof value : String(value)
}

/** Accepts a number from `least` to `most`. */
export function number(otherwise: number, least: number, most: number = Infinity): Rule<number> {
  const accepts = (value: unknown): boolean =>
    Number.isFinite(value) && (value as number) >= least && (value as number) <= most
  return [accepts, `a number from ${least} ${most === 1 ? 'to 1' : 'up'}`, otherwise]
}

/** Accepts one of these values. The first one is the default. */
export function oneOf<const Choice extends string | boolean>(...choices: Choice[]): Rule<Choice> {
  return [(value) => choices.includes(value as Choice), choices.join(' or '), choices[0]!]
}

/** Accepts a string that the pattern matches. Without a default. */
export function text(pattern: RegExp, expected: string): Rule<string> {
  return [(value) => typeof value === 'string' && pattern.test(value), expected]
}

/** Accepts a function. */
export function aFunction<Value>(otherwise: Value): Rule<Value> {
  return [isFunction, 'a function', otherwise]
}

/** Also accepts a function. */
export function orFunction<Value>([accepts, expected, otherwise]: Rule<Value>): Rule<Value> {
  return [(value) => isFunction(value) || accepts(value), `${expected} or a function`, otherwise!]
}

/** Requires the methods of the platform's own object. */
export function like<Value extends object>(otherwise: Value): Rule<Value> {
  const methods = Object.keys(otherwise)
  const accepts = (value: unknown): boolean => methods.every((name) => isFunction(asRecord(value)[name]))
  return [accepts, `an object with ${methods.join(', ')}`, otherwise]
}

export function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}
