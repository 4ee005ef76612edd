import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect, test } from 'vitest'

import { createPortLocks, portsInUse } from './port-locks.ts'

test('who shares a port waits for its release; who does not goes on', async () => {
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

test('two who take the same ports in another order do not wait for each other', async () => {
  const locks = createPortLocks()
  const takeAndRelease = async (ports: number[]): Promise<void> => (await locks.take(ports))()
  await Promise.all([takeAndRelease([1, 2]), takeAndRelease([2, 1]), takeAndRelease([1, 2])])
  expect(await locks.take([1, 2])).toBeTypeOf('function')
})

test('a port on which somebody listens is in use', async () => {
  const server = createServer().listen(0, 'localhost')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  expect(await portsInUse([port])).toEqual([port])
  server.close()
  await once(server, 'close')
  expect(await portsInUse([port])).toEqual([])
})
