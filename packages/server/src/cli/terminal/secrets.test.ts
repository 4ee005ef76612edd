import { expect, it } from 'vitest'

import { secretsIn } from './secrets.ts'

it.each([
  ['FORAGE_CLIENT_SECRET', 'shop-secret', ['shop-secret']],
  ['FORAGE_CLIENT_SECRET_KIOSK', 'kiosk-secret', ['kiosk-secret']],
  ['FORAGE_SEAL_KEY_2', 'c2VhbGluZyBrZXk=', ['c2VhbGluZyBrZXk=']],
  ['REDIS_URL', 'redis://:pass%40word@host', ['pass%40word', 'pass@word']],
  ['REDIS_URL', 'redis+cluster://user:password-1@one:7001,two:7002', ['password-1']],
  [
    'REDIS_URL',
    'redis+sentinel://:password-1@one/shop?sentinel_password=password-2',
    ['password-1', 'password-2'],
  ],
  ['REDIS_URL', 'redis://:p@ss/w#rd-1@host', ['p@ss/w#rd-1']],
  ['DATABASE_URL', 'postgres://shop:password-1@db.example/shop', ['password-1']],
])('%s=%s holds secrets', (name, value, secrets) => {
  expect(secretsIn({ [name]: value })).toEqual(expect.arrayContaining(secrets))
})

it.each([
  ['REDIS_URL', 'redis+cluster://one:7001,two:7002'],
  ['REDIS_URL', 'redis://user@host'],
  ['FORAGE_CLIENT_ID', 'client-of-the-shop'],
  ['FORAGE_CLIENT_SECRET', 'short'],
  ['PATH', '/usr/bin:/usr/local/bin'],
])('%s=%s holds no secret that could be replaced', (name, value) => {
  expect(secretsIn({ [name]: value })).toEqual([])
})
