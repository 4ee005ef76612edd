import { describe, expect, it } from 'vitest'

import { createSealer, type SealingKeys } from './sealing.ts'

const key = (byte: number): string => btoa(String.fromCharCode(...new Uint8Array(32).fill(byte)))
const here = { pool: 'web', tokenId: 't1' }
const token = 'sandbox_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD'

describe('a sealed token', () => {
  it('opens where it was sealed, and shows nothing of itself', async () => {
    const sealer = createSealer({ current: 'k1', k1: key(1) })
    const sealed = await sealer.seal(token, here)
    expect(sealed).toMatch(/^v1\.k1\.[\w-]{16}\.[\w-]+$/)
    expect(sealed).not.toContain(token.slice(8))
    expect(await sealer.open(sealed, here)).toBe(token)
  })

  it('is another one each time', async () => {
    const sealer = createSealer({ current: 'k1', k1: key(1) })
    expect(await sealer.seal(token, here)).not.toBe(await sealer.seal(token, here))
  })

  it('does not open for another pool or another token, nor when it was changed', async () => {
    const sealer = createSealer({ current: 'k1', k1: key(1) })
    const sealed = await sealer.seal(token, here)
    const changed = sealed.slice(0, -3) + (sealed.endsWith('AAA') ? 'BBB' : 'AAA')
    for (const [value, place] of [
      [sealed, { ...here, pool: 'kiosk' }],
      [sealed, { ...here, tokenId: 't2' }],
      [changed, here],
    ] as const) {
      await expect(sealer.open(value, place)).rejects.toThrow(
        'was changed, or sealed for another pool or token',
      )
    }
  })

  it('opens with the old key after a rotation, and new ones are sealed with the new key', async () => {
    const before = createSealer({ current: 'k1', k1: key(1) })
    const rotated = createSealer({ current: 'k2', k1: key(1), k2: key(2) })
    const after = createSealer({ current: 'k2', k2: key(2) })
    const old = await before.seal(token, here)
    expect(await rotated.open(old, here)).toBe(token)
    const fresh = await rotated.seal(token, here)
    expect(await after.open(fresh, here)).toBe(token)
    await expect(after.open(old, here)).rejects.toThrow('no sealing key "k1"')
    await expect(before.open(fresh, here)).rejects.toThrow('no sealing key "k2"')
  })

  it('of a form it does not know is refused', async () => {
    const sealer = createSealer({ current: 'k1', k1: key(1) })
    for (const sealed of ['', token, 'v2.k1.AAAAAAAAAAAAAAAA.AAAA', 'v1.k1.AAAA.AAAA', 'v1.k1.%.%']) {
      await expect(sealer.open(sealed, here)).rejects.toThrow('not of a form')
    }
  })

  it('needs keys of 32 bytes, and an error never shows one', () => {
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
