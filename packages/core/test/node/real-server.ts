import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

import { onTestFinished } from 'vitest'

/** A request as it arrived over the wire. */
export interface Arrived {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  /** The client's port, which identifies its connection. */
  readonly port: number
  /** Resolves when the client disconnects before the answer is complete. */
  readonly abandoned: Promise<void>
}

export interface RealServer {
  readonly origin: string
  readonly arrived: Arrived[]
  /** Counts the connections that are open now. */
  readonly open: () => number
  /** Counts all connections so far. */
  readonly opened: () => number
}

type Answer = (request: Arrived, response: ServerResponse) => void | Promise<void>

/** Starts an HTTP server on this machine that closes when the test ends. */
export async function startServer(answer: Answer): Promise<RealServer> {
  const arrived: Arrived[] = []
  const sockets = new Set<Socket>()
  let opened = 0
  const server = createServer((incoming, response) => {
    void serve(incoming, response)
  })
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await receive(incoming, response)
    arrived.push(request)
    await answer(request, response)
  }
  server.keepAliveTimeout = 60_000
  server.on('connection', (socket) => {
    opened += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    open: () => sockets.size,
    opened: () => opened,
  }
}

async function receive(incoming: IncomingMessage, response: ServerResponse): Promise<Arrived> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const { method = '', url = '', headers, socket } = incoming
  const abandoned = new Promise<void>((resolve) => {
    response.on('close', () => response.writableFinished || resolve())
  })
  const port = socket.remotePort ?? 0
  return { method, path: url, headers, body: Buffer.concat(chunks), port, abandoned }
}
