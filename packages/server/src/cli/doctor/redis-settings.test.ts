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

it('a Redis that evicts nothing, writes to disk and is near is fine', () => {
  expect(ids({})).toEqual([])
})

it.each(['allkeys-lru', 'volatile-ttl', 'volatile-lru'])(
  'eviction by %s may drop a slot: it has a lifetime',
  (policy) => {
    const info = good.info.replace('noeviction', policy)
    expect(ids({ info })).toEqual(['error redis-evicts'])
    expect(ids({ info: info.replace('104857600', '0') })).toEqual(['warning redis-evicts'])
  },
)

it('a service that tells nothing of itself is not accused', () => {
  expect(ids({ info: '', clients: '', save: undefined })).toEqual(['note redis-eviction-unknown'])
})

it('one that keeps nothing on disk forgets; snapshots or an append-only file are enough', () => {
  const info = good.info.replace('aof_enabled:1', 'aof_enabled:0')
  expect(ids({ info, save: '' })).toEqual(['warning redis-forgets'])
  expect(ids({ info })).toEqual([])
  expect(ids({ save: '' })).toEqual([])
})

it.each([
  [50, []],
  [51, ['warning redis-slow']],
  [251, ['error redis-slow']],
])('%i ms to an answer', (latencyMs, expected) => {
  expect(ids({ latencyMs })).toEqual(expected)
})

it('libraries with an offline queue are named once each', () => {
  const clients = 'id=1 lib-name=ioredis\nid=2 lib-name=ioredis(x_v1)\nid=3 lib-name=iovalkey\n'
  expect(ids({ clients })).toEqual(['note redis-offline-queue', 'note redis-offline-queue'])
})
