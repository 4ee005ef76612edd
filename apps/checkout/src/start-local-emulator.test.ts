import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

import { expect, test } from 'vitest'

import { startLocalEmulator } from './start-local-emulator.ts'

test('if its usual ports are in use, the emulator starts on the next free ones', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const emulator = await startLocalEmulator(port)
  await emulator.close()
  taken.close()
  expect(new URL(emulator.url).port).not.toBe(String(port))
})
