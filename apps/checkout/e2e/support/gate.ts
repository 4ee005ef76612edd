import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** What stands between a browser and the shop's backend: as if the backend were there, or as if nobody were. */
export interface Gate {
  readonly url: string
  goDown(): void
  comeBack(): void
  close(): Promise<void>
}

/** Passes bytes on as they are, to the backend at this address and back. */
export async function openGate(backendUrl: string): Promise<Gate> {
  const { port, hostname } = new URL(backendUrl)
  const sockets = new Set<Socket>()
  let isDown = false
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  const kept = (socket: Socket): Socket => {
    sockets.add(socket)
    // Whichever side ends first: the other is ended below.
    socket.on('error', () => {}).once('close', () => sockets.delete(socket))
    return socket
  }
  const server = createServer((socket) => {
    kept(socket)
    if (isDown) return void socket.destroy()
    const backend = kept(connect(Number(port), hostname))
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
      hangUp()
    },
    comeBack: () => void (isDown = false),
    close() {
      hangUp()
      return new Promise((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}
