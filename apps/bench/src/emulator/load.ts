import { connect } from 'node:net'

const connections = 64

/** Requests session tokens over kept connections for `ms`, and returns the number of answers. Rejects on an error. */
export async function load(url: string, authorization: string, ms: number): Promise<number> {
  const { hostname, port } = new URL(url)
  const request = [
    'POST /api/session_token/ HTTP/1.1',
    `Host: ${hostname}:${port}`,
    `Authorization: ${authorization}`,
    'Merchant-Account: 123ab45c67',
    'Content-Length: 0',
    '\r\n',
  ].join('\r\n')
  const until = performance.now() + ms
  const counts = Array.from({ length: connections }, () => drive(Number(port), hostname, request, until))
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
}

/** Drives one connection, one request at a time. A client of `node:http` would cost more than the server. */
function drive(port: number, host: string, request: string, until: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host, noDelay: true })
    let received = ''
    let count = 0
    socket.setEncoding('latin1')
    socket.once('error', reject)
    socket.once('connect', () => socket.write(request))
    socket.on('data', (chunk: string) => {
      received += chunk
      if (!isComplete(received)) return
      if (received.startsWith('HTTP/1.1 200')) count += 1
      else reject(new Error(received))
      received = ''
      if (performance.now() < until) socket.write(request)
      else socket.end(() => resolve(count))
    })
  })
}

/** Whether the answer is complete, by its length or by its last chunk. */
function isComplete(received: string): boolean {
  const head = received.indexOf('\r\n\r\n')
  if (head === -1) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(received)?.[1]
  return length === undefined ? received.endsWith('0\r\n\r\n') : received.length >= head + 4 + Number(length)
}
