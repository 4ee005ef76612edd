// Forage's session tokens keep the padding of their base64, and an address encodes it.
const pad = '(?:=|%3D){0,2}'
const part = (letters: number): string => String.raw`[\w-]{${letters},}${pad}`
const authenticationToken = '[A-Za-z]+_[A-Za-z0-9]{30}'

/** A token, whatever is around it: three parts with dots may also be a host name. */
const anyToken = new RegExp([authenticationToken, [part(8), part(4), part(8)].join(String.raw`\.`)].join('|'))

/** A token that is nothing else: it has an environment before it, begins like JSON, or ends in a signature. */
const surelyToken = new RegExp(
  [
    [`[A-Za-z]+_${part(8)}`, part(4), part(8)].join(String.raw`\.`),
    [`eyJ${part(1)}`, part(4), part(8)].join(String.raw`\.`),
    [part(8), part(4), part(20)].join(String.raw`\.`),
    authenticationToken,
  ].join('|'),
  'g',
)

/** Returns whether a text may hold a token. */
export function mayHoldToken(text: string): boolean {
  return anyToken.test(text)
}

/** Replaces every token in a text, whole. */
export function withoutTokens(text: string): string {
  return text.replaceAll(surelyToken, '[token]')
}
