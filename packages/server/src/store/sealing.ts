import { received, receivedSecret } from '../shared/received.ts'
import { onceResolved } from './once-resolved.ts'

/**
 * Keys by id, each 32 bytes in base64 or base64url, and the id of the key that seals. To rotate a key, add the new key
 * on every instance. When all instances have it, name it in `current` with another deployment. Remove the old key when
 * the last token sealed with it has expired. An instance without the key of a token leaves that token to the others.
 *
 * @example
 * ```ts
 * const keys = { current: 'k2', k1: process.env.SEAL_KEY_1!, k2: process.env.SEAL_KEY_2! }
 * ```
 */
export interface SealingKeys {
  /** The id of the key that seals. The other keys only open. */
  readonly current: string
  readonly [keyId: string]: string
}

/** The place that a sealed value belongs to. It does not open in another place. */
export interface SealContext {
  /** The key of the slot in the store: environment, client, scope and pool. */
  slot: string
  /** The token's id in the slot. */
  tokenId: string
}

/** Encrypts the tokens in a store (AES-256-GCM). */
export interface Sealer {
  /** Resolves with `v1.<key id>.<nonce>.<ciphertext and tag>`, the last two in base64url. */
  seal(plaintext: string, context: SealContext): Promise<string>
  /** Rejects with an `Error` without the value if the key is unknown or the value was sealed for another context. */
  open(sealed: string, context: SealContext): Promise<string>
}

const nonceBytes = 12

/**
 * Creates a sealer that uses AES-256-GCM from WebCrypto with a random nonce. Throws `TypeError` with the id of an
 * invalid key.
 *
 * @example
 * ```ts
 * import { createSealer, type TokenStore } from '@forage-session/server'
 *
 * declare const unsealed: TokenStore // a store that you wrote
 *
 * const sealer = createSealer({ current: 'k1', k1: process.env.FORAGE_SEAL_KEY_1! })
 * const store: TokenStore = { ...unsealed, sealer }
 * ```
 */
export function createSealer(keys: SealingKeys): Sealer {
  const ring = readKeys(keys)
  const keyOf = (id: string): Promise<CryptoKey> => {
    const key = ring.get(id)
    if (!key) throw new Error(`There is no sealing key ${received(id)}`)
    return key()
  }
  return {
    seal: async (plaintext, context) => {
      const iv = crypto.getRandomValues(new Uint8Array(nonceBytes))
      const key = await keyOf(keys.current)
      const data = new TextEncoder().encode(plaintext)
      const sealed = await crypto.subtle.encrypt(algorithm(iv, keys.current, context), key, data)
      return ['v1', keys.current, toBase64(iv), toBase64(new Uint8Array(sealed))].join('.')
    },
    open: async (sealed, context) => {
      const { keyId, iv, data } = readSealed(sealed)
      const key = await keyOf(keyId)
      const opened = await crypto.subtle.decrypt(algorithm(iv, keyId, context), key, data).catch(() => {
        throw new Error('A sealed token was changed, or sealed for another slot or token')
      })
      return new TextDecoder().decode(opened)
    },
  }
}

function readKeys(keys: SealingKeys): Map<string, () => Promise<CryptoKey>> {
  if (typeof keys !== 'object' || keys === null) {
    throw new TypeError(`Option "keys" must be { current, [keyId]: key }, got ${receivedSecret(keys)}`)
  }
  const ring = new Map<string, () => Promise<CryptoKey>>()
  for (const [id, key] of Object.entries(keys)) if (id !== 'current') ring.set(id, readKey(id, key))
  if (typeof keys.current === 'string' && ring.has(keys.current)) return ring
  throw new TypeError('Option "keys.current" must be the id of one of the keys')
}

function readKey(id: string, key: unknown): () => Promise<CryptoKey> {
  if (!/^[\w-]{1,32}$/.test(id)) {
    throw new TypeError(
      `Option "keys" must have ids of up to 32 letters, digits, - and _, got ${received(id)}`,
    )
  }
  const bytes = typeof key === 'string' ? fromBase64(key) : undefined
  if (bytes?.length === 32) return onceResolved(() => importKey(bytes))
  const got = bytes ? `${bytes.length} bytes` : receivedSecret(key)
  throw new TypeError(`Option "keys.${id}" must be 32 bytes in base64, got ${got}`)
}

type Bytes = Uint8Array<ArrayBuffer>

// Slot and token are additional data, so a sealed value that is moved to another place does not open there.
function algorithm(iv: Bytes, keyId: string, { slot, tokenId }: SealContext): AesGcmParams {
  const additionalData = new TextEncoder().encode(JSON.stringify(['forage-session', keyId, slot, tokenId]))
  return { name: 'AES-GCM', iv, additionalData }
}

function importKey(bytes: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

function readSealed(sealed: string): { keyId: string; iv: Bytes; data: Bytes } {
  const [version, keyId, nonce, ciphertext] = sealed.split('.')
  const iv = fromBase64(nonce ?? '')
  const data = fromBase64(ciphertext ?? '')
  if (version !== 'v1' || !keyId || iv?.length !== nonceBytes || !data) {
    throw new Error('A sealed token has a format that this version does not know')
  }
  return { keyId, iv, data }
}

/** Returns the id of the key that sealed a token; undefined if the format is unknown. */
export function sealingKeyOf(sealed: string): string | undefined {
  try {
    return readSealed(sealed).keyId
  } catch {
    return undefined
  }
}

function toBase64(bytes: Bytes): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

function fromBase64(text: string): Bytes | undefined {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
  } catch {
    return undefined
  }
}
