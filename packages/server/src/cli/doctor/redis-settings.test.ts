import { expect, it } from 'vitest'

import { judgeRedis, type RedisFacts } from './redis-settings.ts'

const good: RedisFacts = {
  info: 'maxmemory:104857600\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\n',
  clients: 'id=3 addr=10.0.0.1:1 name= lib-name=node-redis lib-ver=6.3.1\n',
  save: '3600 1',
  latencyMs: 1,
}
const ids = (facts: Partial<RedisFacts>) =>
  judgeRedis({ ...good, ...facts }).map(({ severity, id }) => `${severity} ${id}`)

it('a Redis that evicts nothing, writes to disk and answers quickly has no findings', () => {
  expect(ids({})).toEqual([])
})

it.each(['allkeys-lru', 'volatile-ttl', 'volatile-lru'])(
  'the eviction policy %s is an error with a memory limit and a warning without one',
  (policy) => {
    const info = good.info.replace('noeviction', policy)
    expect(ids({ info })).toEqual(['error redis-evicts'])
    expect(ids({ info: info.replace('104857600', '0') })).toEqual(['warning redis-evicts'])
  },
)

it('a Redis that reports nothing about itself gets one note and no warning', () => {
  expect(ids({ info: '', clients: '', save: undefined })).toEqual(['note redis-eviction-unknown'])
})

it('a Redis without snapshots and append-only file gets a warning; either one is enough', () => {
  const info = good.info.replace('aof_enabled:1', 'aof_enabled:0')
  expect(ids({ info, save: '' })).toEqual(['warning redis-forgets'])
  expect(ids({ info })).toEqual([])
  expect(ids({ save: '' })).toEqual([])
})

it.each([
  [50, []],
  [51, ['warning redis-slow']],
  [251, ['error redis-slow']],
])('a Redis that answers in %i ms gets the findings %j', (latencyMs, expected) => {
  expect(ids({ latencyMs })).toEqual(expected)
})

it('each client library with an offline queue is reported once', () => {
  const clients = 'id=1 lib-name=ioredis\nid=2 lib-name=ioredis(x_v1)\nid=3 lib-name=iovalkey\n'
  expect(ids({ clients })).toEqual(['note redis-offline-queue', 'note redis-offline-queue'])
})
