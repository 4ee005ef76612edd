import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A proxy between the browser and the shop's backend that can simulate an outage of the backend. */
export interface Gate {
  readonly url: string
  goDown(): void
  comeBack(): void
  close(): Promise<void>
}

/** Opens a gate that passes bytes unchanged in both directions. */
export async function openGate(backendUrl: string): Promise<Gate> {
  const { port, hostname } = new URL(backendUrl)
  const sockets = new Set<Socket>()
  let isDown = false
  const closeSockets = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  const tracked = (socket: Socket): Socket => {
    sockets.add(socket)
    // When one side closes, the other is closed below. Errors need no other handling.
    socket.on('error', () => {}).once('close', () => sockets.delete(socket))
    return socket
  }
  const server = createServer((socket) => {
    tracked(socket)
    if (isDown) return void socket.destroy()
    const backend = tracked(connect(Number(port), hostname))
    socket.pipe(backend).pipe(socket)
    socket.once('close', () => backend.destroy())
    backend.once('close', () => socket.destroy())
  })
  server.listen(0, hostname)
  await once(server, 'listening')
  return {
    url: `http://${hostname}:${(server.address() as AddressInfo).port}`,
    goDown() {
      isDown = true
      closeSockets()
    },
    comeBack: () => void (isDown = false),
    close() {
      closeSockets()
      return new Promise((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}
