import { expect, test } from 'vitest'

import { readSettings, writeSetting } from './ui-settings.ts'

test('how the devtools were left is kept under one prefix', () => {
  const stored = new Map<string, string>()
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  }
  writeSetting('open', 'true', storage)
  writeSetting('theme', 'dark', storage)
  expect([...stored.keys()]).toEqual(['forage-session-devtools.open', 'forage-session-devtools.theme'])
  expect(readSettings(storage)).toEqual({ isOpen: true, theme: 'dark' })
})

test('what nobody could have left is ignored', () => {
  expect(readSettings({ getItem: () => 'purple' })).toEqual({})
})

test('a storage that throws is none', () => {
  const blocked = {
    getItem: () => {
      throw new DOMException('Blocked', 'SecurityError')
    },
    setItem: () => {
      throw new DOMException('Full', 'QuotaExceededError')
    },
  }
  expect(readSettings(blocked)).toEqual({})
  expect(() => writeSetting('open', 'true', blocked)).not.toThrow()
})
