import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { StartError } from './start-error.ts'

/** Only this machine can connect, because the demo has no real sign-in. */
const host = '127.0.0.1'

export interface Listening {
  url: string
  /** Stops listening and closes open connections. */
  close(): Promise<void>
}

/**
 * Listens on this machine. If the port is in use, tries as many next ports as `nextPorts` says. Rejects with a
 * `StartError` if the port cannot be used.
 */
export async function listen(server: Server, port: number, nextPorts = 0): Promise<Listening> {
  try {
    return await listenAt(server, port)
  } catch (cause) {
    const error = cause as NodeJS.ErrnoException
    if (error.code === 'EADDRINUSE' && nextPorts > 0) return await listen(server, port + 1, nextPorts - 1)
    throw withReason(error, port)
  }
}

function listenAt(server: Server, port: number): Promise<Listening> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const { port: actual } = server.address() as AddressInfo
      resolve({ url: `http://${host}:${actual}`, close: () => closeServer(server) })
    })
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function withReason(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new StartError(
      `Port ${port} is in use: stop the other program, or choose another port with --port (0 uses a free port).`,
      { cause: error },
    )
  if (error.code === 'EACCES')
    return new StartError(`This process may not use port ${port}: choose another port with --port.`)
  return error
}
