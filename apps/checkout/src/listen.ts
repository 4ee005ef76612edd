import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { StartError } from './start-error.ts'

/** This machine only: the demo has no real sign-in. */
const host = '127.0.0.1'

export interface Listening {
  url: string
  /** Ends open connections, too. */
  close(): Promise<void>
}

export function listen(server: Server, port: number): Promise<Listening> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(explained(error, port)))
    server.listen(port, host, () => {
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

function explained(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new StartError(
      `Port ${port} is in use: stop what listens there, or choose another one with --port (0 takes a free one).`,
      { cause: error },
    )
  if (error.code === 'EACCES')
    return new StartError(`Port ${port} needs more rights than this process has: choose another with --port.`)
  return error
}
