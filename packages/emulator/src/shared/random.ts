const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** A repeatable source of refs, tokens and keys. The same seed gives the same values, so it must not make secrets. */
export interface Random {
  /** Returns a number of at least 0 and less than 1. */
  fraction(): number
  hex(length: number): string
  alphanumeric(length: number): string
  bytes(length: number): Uint8Array<ArrayBuffer>
}

export function createRandom(seed: number): Random {
  const fraction = mulberry32(seed)
  const below = (limit: number): number => Math.floor(fraction() * limit)
  const pick = (alphabet: string, length: number): string => {
    let text = ''
    while (text.length < length) text += alphabet.charAt(below(alphabet.length))
    return text
  }
  return {
    fraction,
    hex: (length) => pick('0123456789abcdef', length),
    alphanumeric: (length) => pick(ALPHANUMERIC, length),
    bytes: (length) => new Uint8Array(length).map(() => below(256)),
  }
}

/** Tommy Ettinger's mulberry32. Its 32 bits of state suffice for refs of ten hex digits. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
