import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** An address whose server can change, like a managed Redis: connections break, and new ones reach the other server. */
export class Failover implements AsyncDisposable {
  #port: number
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer((client) => this.#pipe(client))

  private constructor(port: number) {
    this.#port = port
  }

  static async start(port: number): Promise<Failover> {
    const failover = new Failover(port)
    failover.#server.listen(0, '127.0.0.1')
    await once(failover.#server, 'listening')
    return failover
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  to(port: number): void {
    this.#port = port
    for (const socket of this.#sockets) socket.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #pipe(client: Socket): void {
    const server = connect(this.#port, '127.0.0.1')
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  }
}
