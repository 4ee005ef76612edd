import { expect, test } from 'vitest'

import { startOptions } from './start-options.ts'

test('without flags the shop is at 5173, built, and paid through the emulator', () => {
  expect(startOptions([], {})).toEqual({
    port: 5173,
    isDev: false,
    target: { kind: 'emulator' },
    state: undefined,
    instances: 1,
    redisUrl: undefined,
  })
})

test('a flag goes before the environment', () => {
  expect(startOptions(['--port', '8080'], { PORT: '9090' }).port).toBe(8080)
  expect(startOptions(['--', '--dev'], { PORT: '9090' })).toMatchObject({ port: 9090, isDev: true })
})

test.each([
  [['--port', 'http'], 'got "http"'],
  [['--port', '65536'], 'got "65536"'],
  [['--prot', '1'], 'Known flags: --port NUMBER, --state FOLDER, --instances NUMBER, --dev.'],
  [['--instances', '0'], 'got "0"'],
  [['--instances', '2'], 'set REDIS_URL'],
])('%j is refused in a sentence', (args, sentence) => {
  expect(() => startOptions(args, {})).toThrow(sentence)
})
