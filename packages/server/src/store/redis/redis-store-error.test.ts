import { expect, it } from 'vitest'

import { timeoutError } from '../../shared/deadline.ts'
import { redisRemedy, redisStoreError, replyCode } from './redis-store-error.ts'

it.each([
  ["READONLY You can't write against a read only replica.", 'READONLY'],
  ["NOPERM User default has no permissions to run the 'evalsha' command", 'NOPERM'],
  ['WRONGPASS invalid username-password pair or user is disabled.', 'WRONGPASS'],
  ["OOM command not allowed when used memory > 'maxmemory'.", 'OOM'],
  ['MOVED 3999 127.0.0.1:6381', 'MOVED'],
  ['NOSCRIPT No matching script. Please use EVAL.', 'NOSCRIPT'],
  ['ERR NOSCRIPT No matching script', 'NOSCRIPT'],
  ["ERR Error running script (call to f_2b): @user_script:1: READONLY You can't write", 'READONLY'],
  ['Command failed: NOSCRIPT No matching script', 'NOSCRIPT'],
  ['Command 1 [ evalsha ] failed: NOPERM no permissions', 'NOPERM'],
  ["ERR unknown command 'EVALSHA'", 'ERR'],
  ['SOMETHINGNEW happened', 'SOMETHINGNEW'],
  ['connect ECONNREFUSED 127.0.0.1:6379', undefined],
  ['Connection is closed.', undefined],
  ['The moved key is readonly', undefined],
])('in %j, the word of Redis is %s', (message, word) => {
  expect(replyCode(new Error(message))).toBe(word)
})

it('the word of Redis is found in causes and in collected errors', () => {
  const nested = new Error('ERR transaction failed', { cause: new Error('OOM command not allowed') })
  expect(replyCode(nested)).toBe('OOM')
  expect(replyCode(new AggregateError([new Error('x'), new Error('MOVED 1 host:1')], 'All failed'))).toBe(
    'MOVED',
  )
  const circle = new Error('x')
  circle.cause = circle
  expect(replyCode(circle)).toBeUndefined()
  expect(replyCode('READONLY text')).toBeUndefined()
})

it('a store error has the word and what to do about it, and neither the message nor the command of the client', () => {
  const error = redisStoreError(new Error('NOPERM user pass-word has no permission'))
  expect(error).toMatchObject({ name: 'RedisStoreError', code: 'NOPERM', message: 'Redis answered NOPERM' })
  expect(error.remedy).toContain('EVALSHA')
  expect(redisRemedy('toString')).toBeUndefined()
})

it('a timeout has the last word of Redis about the connection, and a system error keeps its code', () => {
  expect(redisStoreError(timeoutError(500))).toMatchObject({ code: 'TIMEOUT' })
  expect(redisStoreError(timeoutError(500), 'WRONGPASS')).toMatchObject({ code: 'WRONGPASS' })
  expect(redisStoreError(new Error('The client is closed'), 'NOAUTH')).toMatchObject({ code: 'NOAUTH' })
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  expect(redisStoreError(refused, 'WRONGPASS')).toMatchObject({ code: 'ECONNREFUSED' })
  expect(redisStoreError(new Error('READONLY'), 'LOADING')).toMatchObject({ code: 'READONLY' })
  expect(redisStoreError(undefined)).toMatchObject({ code: 'UNKNOWN' })
})
