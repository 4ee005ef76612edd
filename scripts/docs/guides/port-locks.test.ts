import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect, test } from 'vitest'

import { createPortLocks, portsInUse } from './port-locks.ts'

test('a guide waits for the release of a shared port, and other guides continue', async () => {
  const locks = createPortLocks()
  const events: string[] = []
  const first = await locks.take([4010, 5173])
  const second = locks.take([5173, 8787]).then((release) => {
    events.push('second')
    return release
  })
  await locks.take([3000])
  events.push('first released')
  first()
  ;(await second)()
  expect(events).toEqual(['first released', 'second'])
})

test('two guides that take the same ports in a different order do not wait for each other forever', async () => {
  const locks = createPortLocks()
  const takeAndRelease = async (ports: number[]): Promise<void> => (await locks.take(ports))()
  await Promise.all([takeAndRelease([1, 2]), takeAndRelease([2, 1]), takeAndRelease([1, 2])])
  expect(await locks.take([1, 2])).toBeTypeOf('function')
})

test('portsInUse returns a port only while a server listens on it', async () => {
  const server = createServer().listen(0, 'localhost')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  expect(await portsInUse([port])).toEqual([port])
  server.close()
  await once(server, 'close')
  expect(await portsInUse([port])).toEqual([])
})
