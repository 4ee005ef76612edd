import { describe, expect, it } from 'vitest'

import { InvalidRedisAddress, parseRedisAddress } from './redis-address.ts'

describe('the address of a Redis', () => {
  it.each(['redis://localhost', 'rediss://user:pass@redis.example:6380/2', 'redis://[::1]:6379'])(
    '%s is the address of one server, and the client reads it',
    (url) => {
      expect(parseRedisAddress(url)).toEqual({ kind: 'server', url })
    },
  )

  it('an address of a cluster names its nodes, with 6379 as the default port', () => {
    expect(parseRedisAddress('redis+cluster://one:7001,two,[::1]:7003')).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'one', port: 7001 },
        { host: 'two', port: 6379 },
        { host: '::1', port: 7003 },
      ],
      isTls: false,
    })
  })

  it('an address of Sentinels names them, the master and the database, with 26379 as the default port', () => {
    expect(parseRedisAddress('redis+sentinel://one,two:26380/shop-master/3')).toEqual({
      kind: 'sentinel',
      sentinels: [
        { host: 'one', port: 26_379 },
        { host: 'two', port: 26_380 },
      ],
      master: 'shop-master',
      database: 3,
      isTls: false,
      sentinelLogin: {},
    })
  })

  it('a user and a password are decoded, also those of the Sentinels', () => {
    const cluster = parseRedisAddress('redis+cluster://us%40er:p%3Ass@w%2Frd@one')
    expect(cluster).toMatchObject({ username: 'us@er', password: 'p:ss@w/rd', nodes: [{ host: 'one' }] })
    expect(parseRedisAddress('redis+cluster://:secret@one')).toMatchObject({ password: 'secret' })
    expect(parseRedisAddress('redis+cluster://:secret@one')).not.toHaveProperty('username')
    const query = 'sentinel_username=watch&sentinel_password=s%26cret'
    expect(parseRedisAddress(`redis+sentinel://:secret@one/shop?${query}`)).toMatchObject({
      password: 'secret',
      sentinelLogin: { username: 'watch', password: 's&cret' },
    })
  })

  it.each([
    ['rediss+cluster://one', 'cluster'],
    ['rediss-cluster://one', 'cluster'],
    ['rediss+sentinel://one/shop', 'sentinel'],
    ['rediss-sentinel://one/shop', 'sentinel'],
  ])('%s uses TLS', (url, kind) => {
    expect(parseRedisAddress(url)).toMatchObject({ kind, isTls: true })
  })

  it.each([
    ['localhost:6379', 'does not begin with a scheme'],
    ['https://localhost', 'does not begin with a scheme'],
    ['redis+other://localhost', 'does not begin with a scheme'],
    ['redis://', 'host, port, user or password is not valid'],
    ['redis://:p#ss-word@host', 'host, port, user or password is not valid'],
    ['redis+cluster://:p#ss-word@host', 'host, port, user or password is not valid'],
    ['redis://one:6379,two:6379', 'names several hosts'],
    ['redis+cluster://', 'One of its hosts'],
    ['redis+cluster://one,,two', 'One of its hosts'],
    ['redis+cluster://one:0', 'One of its hosts'],
    ['redis+cluster://one:65536', 'One of its hosts'],
    ['redis+cluster://one two', 'One of its hosts'],
    ['redis+cluster://one/1', 'no databases'],
    ['redis+cluster://one?tls=true', 'no parameters'],
    ['redis+cluster://:100%@one', 'does not begin an encoded character'],
    ['redis+sentinel://one', 'not the master'],
    ['redis+sentinel://one/', 'not the master'],
    ['redis+sentinel://one/shop/x', 'only the number of a database'],
    ['redis+sentinel://one/shop/0/1', 'only the number of a database'],
    ['redis+sentinel://one/shop?timeout=1', 'a parameter other than'],
  ])('%s is refused with a typed error', (url, sentence) => {
    const error = refusalOf(url)
    expect(error).toBeInstanceOf(InvalidRedisAddress)
    expect(error).toMatchObject({ name: 'InvalidRedisAddress', message: expect.stringContaining(sentence) })
    expect((error as InvalidRedisAddress).remedy).toContain('redis+cluster://')
  })

  it('no error shows a part of the address', () => {
    for (const url of [
      'redis+sentinel://:hunter2@one',
      'redis://:hunter2@one,two',
      'redis+cluster://:hunter2@',
    ])
      expect(String(refusalOf(url))).not.toMatch(/hunter2/)
  })
})

function refusalOf(url: string): unknown {
  try {
    return parseRedisAddress(url)
  } catch (error) {
    return error
  }
}
