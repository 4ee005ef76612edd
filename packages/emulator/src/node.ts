/**
 * The emulator on ports of this machine.
 *
 * @module @forage-session/emulator/node
 */

import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'

import { createEmulator, type Emulator, type EmulatorOptions } from './emulator.ts'
import { ConnectionDropped } from './http/connection-dropped.ts'
import { wholeText, type TextAside } from './http/json-answer.ts'
import type { StateFile } from './state/state-file.ts'

/** The port of the API, unless another is asked for. */
export const DEFAULT_PORT = 4010

/** Where the emulator listens and what it keeps, beside {@link EmulatorOptions}. */
export interface StartEmulatorOptions extends Omit<EmulatorOptions, 'vaultUrl' | 'journal'> {
  /** Of the API; 0 takes a free one. Default 4010. */
  readonly port?: number
  /** Of the vault. Default: the port after `port`, or a free one if `port` is 0. */
  readonly vaultPort?: number
  /** Default `127.0.0.1`: this machine only. */
  readonly host?: string
  /** Refs (10 hex digits) of test cards on file: `control.keepCard`. Default: none. */
  readonly cards?: readonly string[]
  /** A SQLite file that keeps the state over restarts. Default: in memory only. */
  readonly state?: string
}

/** An emulator that listens. */
export interface RunningEmulator {
  /** The same, without a port between. */
  readonly emulator: Emulator
  /** Origin of the API, the SDK's script and the control plane. */
  readonly url: string
  /** Origin of the vault and the SDK's inputs. */
  readonly vaultUrl: string
  /** Ends both servers, open connections included. */
  close(): Promise<void>
}

/** Serves the emulator on two ports: two origins, as the API and the vault are. Rejects if a port is taken. */
export async function startEmulator(options: StartEmulatorOptions = {}): Promise<RunningEmulator> {
  const {
    port = DEFAULT_PORT,
    vaultPort = port === 0 ? 0 : port + 1,
    host = '127.0.0.1',
    cards = [],
    state,
    ...rest
  } = options
  let emulator: Emulator | undefined
  const file = state === undefined ? undefined : await openState(state)
  const answer: Answer = (request, sender) =>
    emulator?.fetch(request, sender) ?? Promise.resolve(new Response(null, { status: 503 }))
  const open: { close(): Promise<void> | void }[] = file ? [file] : []
  // The servers first: what they still answer is written, too.
  const close = async (): Promise<void> => {
    for (const each of open.toReversed()) await each.close()
  }
  try {
    const vault = await listen(answer, vaultPort, host)
    open.push(vault)
    emulator = createEmulator({
      ...rest,
      switches: { requestLimit: '900/5min', ...rest.switches },
      vaultUrl: vault.url,
      ...(file ? { journal: file } : {}),
    })
    for (const ref of cards) await emulator.control.keepCard(ref)
    const api = await listen(answer, port, host)
    open.push(api)
    return { emulator, url: api.url, vaultUrl: vault.url, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Loaded on demand: SQLite costs a start that needs none of it some milliseconds. */
async function openState(path: string): Promise<StateFile> {
  const { openStateFile } = await import('./state/state-file.ts')
  return openStateFile(path)
}

interface Listening {
  readonly url: string
  close(): Promise<void>
}

type Answer = Emulator['fetch']

/** A dropped connection has no answer: its socket ends. */
function overSockets(answer: Answer): (request: Request, env: unknown) => Promise<Response> {
  return async (request, env) => {
    const { incoming, outgoing } = env as HttpBindings
    const { remoteAddress } = incoming.socket
    const aside: TextAside = {}
    const sender = { ...(remoteAddress === undefined ? {} : { remoteAddress }), aside }
    try {
      const response = await answer(request, sender)
      return send(outgoing, response, await wholeText(response, aside))
    } catch (error) {
      if (!(error instanceof ConnectionDropped)) throw error
      outgoing.destroy()
      return RESPONSE_ALREADY_SENT
    }
  }
}

/** All answers here are short. In one piece they cost the server a third less than as the streams that they come in. */
function send(outgoing: HttpBindings['outgoing'], response: Response, text: string | null): Response {
  const headers = Object.fromEntries(response.headers)
  if (text === null) outgoing.writeHead(response.status, headers).end()
  else
    outgoing.writeHead(response.status, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text)
  return RESPONSE_ALREADY_SENT
}

function listen(answer: Answer, port: number, host: string): Promise<Listening> {
  // `overrideGlobalObjects` would replace the whole process's Request and Response.
  const server = createAdaptorServer({
    fetch: overSockets(answer),
    overrideGlobalObjects: false,
  }) as Server
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(describeListenError(error, port, host)))
    server.listen(port, host, () => {
      const { port: actual } = server.address() as AddressInfo
      const name = host.includes(':') ? `[${host}]` : host
      resolve({ url: `http://${name}:${actual}`, close: () => closeServer(server) })
    })
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function describeListenError(error: NodeJS.ErrnoException, port: number, host: string): Error {
  if (error.code !== 'EADDRINUSE') return error
  return new Error(
    `Port ${port} on ${host} is in use: stop what listens there, or choose another port (0 takes a free one).`,
    { cause: error },
  )
}
