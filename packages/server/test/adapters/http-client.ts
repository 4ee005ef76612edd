import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type RequestListener } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export const target = '/api/forage/session-token'

/** Headers that a browser adds to a request of the shop's page. */
const pageHeaders: Readonly<Record<string, string>> = {
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'cors',
}

/** The parts of a request. */
export interface Sending {
  method?: string
  path?: string
  headers?: Record<string, string>
  body?: string | Uint8Array
  /** Aborting it breaks the connection. */
  signal?: AbortSignal
}

/** A server on a free local port, with a client that sends every header unchanged. */
export interface Loopback {
  url: string
  /** Resolves with the answer before its body is read. */
  open(sending?: Sending): Promise<IncomingMessage>
  send(sending?: Sending): Promise<{ status: number; headers: IncomingMessage['headers']; body: string }>
  close(): Promise<void>
}

/** Sends these bytes, with the line ends of HTTP, and reads until the server closes. */
export async function sendRaw(url: string, message: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(message.replaceAll('\n', '\r\n'))
  return text(socket)
}

export async function listen(listener: RequestListener): Promise<Loopback> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const open: Loopback['open'] = async ({ method = 'POST', path = target, headers, body, signal } = {}) => {
    const contentType = body === undefined ? {} : { 'content-type': 'application/json' }
    const options = {
      method,
      headers: { ...pageHeaders, ...contentType, ...headers },
      ...(signal ? { signal } : {}),
    }
    const sent = request(url + path, options)
    sent.end(body)
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    return answer
  }
  return {
    url,
    open,
    async send(sending) {
      const answer = await open(sending)
      return { status: answer.statusCode!, headers: answer.headers, body: await text(answer) }
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
