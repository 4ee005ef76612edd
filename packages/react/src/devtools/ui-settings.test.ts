import { expect, test } from 'vitest'

import { readSettings, writeSettings } from './ui-settings.ts'

test('the devtools store their settings under one prefix', () => {
  const stored = new Map<string, string>()
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  }
  writeSettings({ isOpen: true, theme: 'dark' }, storage)
  writeSettings({ position: 'top', heightPx: 480 }, storage)
  const names = ['open', 'theme', 'position', 'height'].map((name) => `forage-session-devtools.${name}`)
  expect([...stored.keys()]).toEqual(names)
  expect(readSettings(storage)).toEqual({ isOpen: true, theme: 'dark', position: 'top', heightPx: 480 })
})

test('invalid stored settings are ignored', () => {
  for (const left of ['purple', '', '-1', 'Infinity', 'NaN']) {
    expect(readSettings({ getItem: () => left })).toEqual({})
  }
})

test('a storage that throws is treated as missing', () => {
  const blocked = {
    getItem: () => {
      throw new DOMException('Blocked', 'SecurityError')
    },
    setItem: () => {
      throw new DOMException('Full', 'QuotaExceededError')
    },
  }
  expect(readSettings(blocked)).toEqual({})
  expect(() => writeSettings({ isOpen: true }, blocked)).not.toThrow()
})
