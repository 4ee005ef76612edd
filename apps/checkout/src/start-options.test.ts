import { expect, test } from 'vitest'

import { startOptions } from './start-options.ts'

test('without flags the shop is built, listens on port 5173 and uses the emulator', () => {
  expect(startOptions([], {})).toEqual({
    port: 5173,
    mayUseNextPort: true,
    isDev: false,
    target: { kind: 'emulator' },
    state: undefined,
    isFresh: false,
    instances: 1,
    redisUrl: undefined,
  })
})

test('a flag overrides the environment', () => {
  expect(startOptions(['--port', '8080'], { PORT: '9090' }).port).toBe(8080)
  expect(startOptions(['--', '--dev'], { PORT: '9090' })).toMatchObject({ port: 9090, isDev: true })
})

test('only a default port may be replaced by the next one', () => {
  expect(startOptions([], { FREE_PORT: '5174' })).toMatchObject({ port: 5174, mayUseNextPort: true })
  expect(startOptions([], { FREE_PORT: '5174', PORT: '9090' })).toMatchObject({
    port: 9090,
    mayUseNextPort: false,
  })
  expect(startOptions(['--port', '8080'], {})).toMatchObject({ port: 8080, mayUseNextPort: false })
})

test.each([
  [['--port', 'http'], 'got "http"'],
  [['--port', '65536'], 'got "65536"'],
  [['--prot', '1'], 'Known flags: --port NUMBER, --state FOLDER, --fresh, --instances NUMBER, --dev.'],
  [['--instances', '0'], 'got "0"'],
  [['--instances', '2'], 'set REDIS_URL'],
])('the arguments %j are refused with one sentence', (args, sentence) => {
  expect(() => startOptions(args, {})).toThrow(sentence)
})
