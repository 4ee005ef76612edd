import { describe, expect, it } from 'vitest'

import { createSealer, type SealingKeys } from './sealing.ts'

const key = (byte: number): string => btoa(String.fromCharCode(...new Uint8Array(32).fill(byte)))
const place = { slot: 'fst:1:{8f2c}:web', tokenId: 't1' }
const token = 'sandbox_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD'

describe('A sealed token', () => {
  it('a sealed token opens in the place it was sealed for, and does not show the token', async () => {
    const sealer = createSealer({ current: 'k1', k1: key(1) })
    const sealed = await sealer.seal(token, place)
    expect(sealed).toMatch(/^v1\.k1\.[\w-]{16}\.[\w-]+$/)
    expect(sealed).not.toContain(token.slice(8))
    expect(await sealer.open(sealed, place)).toBe(token)
  })

  it('a sealed token differs each time the same token is sealed', async () => {
    const sealer = createSealer({ current: 'k1', k1: key(1) })
    expect(await sealer.seal(token, place)).not.toBe(await sealer.seal(token, place))
  })

  it('a sealed token does not open in another slot, for another token, or after a change', async () => {
    const sealer = createSealer({ current: 'k1', k1: key(1) })
    const sealed = await sealer.seal(token, place)
    const changed = sealed.slice(0, -3) + (sealed.endsWith('AAA') ? 'BBB' : 'AAA')
    for (const [value, elsewhere] of [
      [sealed, { ...place, slot: 'fst:1:{8f2c}:kiosk' }],
      [sealed, { ...place, slot: 'fst:1:{01ab}:web' }],
      [sealed, { ...place, tokenId: 't2' }],
      [changed, place],
    ] as const) {
      await expect(sealer.open(value, elsewhere)).rejects.toThrow(
        'was changed, or sealed for another slot or token',
      )
    }
  })

  it('a sealed token opens with the old key after a key rotation, while new tokens are sealed with the new key', async () => {
    const before = createSealer({ current: 'k1', k1: key(1) })
    const rotated = createSealer({ current: 'k2', k1: key(1), k2: key(2) })
    const after = createSealer({ current: 'k2', k2: key(2) })
    const old = await before.seal(token, place)
    expect(await rotated.open(old, place)).toBe(token)
    const fresh = await rotated.seal(token, place)
    expect(await after.open(fresh, place)).toBe(token)
    await expect(after.open(old, place)).rejects.toThrow('no sealing key "k1"')
    await expect(before.open(fresh, place)).rejects.toThrow('no sealing key "k2"')
  })

  it('a sealed token is refused if its format is unknown', async () => {
    const sealer = createSealer({ current: 'k1', k1: key(1) })
    for (const sealed of ['', token, 'v2.k1.AAAAAAAAAAAAAAAA.AAAA', 'v1.k1.AAAA.AAAA', 'v1.k1.%.%']) {
      await expect(sealer.open(sealed, place)).rejects.toThrow('has a format that this version does not know')
    }
  })

  it('sealing needs keys of 32 bytes, and no error shows a key', () => {
    const short = btoa('too short a key')
    for (const [keys, message] of [
      [undefined, '"keys" must be'],
      [{ current: 'k1' }, '"keys.current" must be the id'],
      [{ current: 'k1', k1: short }, '"keys.k1" must be 32 bytes in base64, got 15 bytes'],
      [
        { current: 'k1', k1: 'no base64 !' },
        '"keys.k1" must be 32 bytes in base64, got a value of type string',
      ],
      [{ current: 'a.b', 'a.b': key(1) }, 'must have ids of'],
    ] as [SealingKeys, string][]) {
      expect(() => createSealer(keys)).toThrow(message)
      expect(() => createSealer(keys)).not.toThrow(short)
    }
  })
})
