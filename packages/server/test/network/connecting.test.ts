import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

import { afterEach, describe, expect, it } from 'vitest'

import { rejection } from '../fixtures/rejections.ts'
import { createFixture } from '../fixtures/server-fixture.ts'
import { createUpstream } from '../fixtures/upstream-stub.ts'
import { createVirtualClock } from '../fixtures/virtual-clock.ts'

const open: { server: Server; sockets: Set<Socket> }[] = []

afterEach(() => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
})

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => {})
    sockets.add(socket)
  })
  open.push({ server, sockets })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

describe('a token request that ends at its deadline', () => {
  it('a token request that still connects, here in the TLS handshake, leaves no token that may be alive', async () => {
    const server = createServer()
    const port = await listen(server)
    const clock = createVirtualClock()
    const environment = { apiUrl: `https://localhost:${port}` }
    const fetch = globalThis.fetch
    const { forage } = createFixture({ environment, fetch }, createUpstream(), clock)
    const connected = once(server, 'connection')
    const refused = rejection(forage.pool('web').getToken())
    await connected
    await clock.advance(10_000)
    expect((await refused).message).toContain('timeout')
    expect(forage.pool('web').status()).toMatchObject({ state: 'failed', unknown: 0 })
  })

  it('a token request that arrived, and whose answer does not, leaves a token that may be alive', async () => {
    const server = createHttpServer(() => {})
    const port = await listen(server)
    const clock = createVirtualClock()
    const environment = { apiUrl: `http://127.0.0.1:${port}` }
    const fetch = globalThis.fetch
    const { forage } = createFixture({ environment, fetch }, createUpstream(), clock)
    const arrived = once(server, 'request')
    const refused = rejection(forage.pool('web').getToken())
    await arrived
    await clock.advance(10_000)
    expect((await refused).message).toContain('timeout')
    expect(forage.pool('web').status()).toMatchObject({ state: 'failed', unknown: 1 })
  })
})
