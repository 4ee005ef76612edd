import { connect, type Socket } from 'node:net'

export interface Load {
  answers: number
  perSecond: number
  /** The latency in ms that 99 of 100 answers stay below. */
  p99: number
}

interface Target {
  port: number
  /** The whole request as text on the wire. */
  request: string
}

/**
 * Sends the same request repeatedly, one at a time on each connection. It uses sockets, because the HTTP client of
 * Node.js costs more than the measured servers and would hide their cost.
 */
export async function load(
  { port, request }: Target,
  connections: number,
  durationMs: number,
): Promise<Load> {
  const latencies: number[] = []
  const bytes = Buffer.from(request)
  const startedAt = performance.now()
  const until = startedAt + durationMs
  await Promise.all(
    Array.from({ length: connections }, async () =>
      drive(connect(port, '127.0.0.1'), bytes, until, latencies),
    ),
  )
  const seconds = (performance.now() - startedAt) / 1000
  latencies.sort((a, b) => a - b)
  return {
    answers: latencies.length,
    perSecond: latencies.length / seconds,
    p99: latencies[Math.floor(latencies.length * 0.99)] ?? NaN,
  }
}

function drive(socket: Socket, request: Buffer, until: number, latencies: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let sentAt = 0
    let received = ''
    const send = (): void => {
      received = ''
      sentAt = performance.now()
      socket.write(request)
    }
    socket.setNoDelay(true)
    socket.on('connect', send)
    socket.on('error', reject)
    socket.on('close', () => resolve())
    socket.on('data', (data) => {
      received += data.toString('latin1')
      if (!isWhole(received)) return
      if (!received.startsWith('HTTP/1.1 200')) return socket.destroy(new Error(received.slice(0, 400)))
      const now = performance.now()
      latencies.push(now - sentAt)
      if (now < until) send()
      else socket.end()
    })
  })
}

/** Whether the answer is complete: by `Content-Length`, or by the empty last chunk (RFC 9112 §7.1). */
function isWhole(received: string): boolean {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return false
  const length = /^content-length: *(\d+)/im.exec(received.slice(0, end + 2))?.[1]
  return length === undefined ? received.endsWith('0\r\n\r\n') : received.length - end - 4 >= Number(length)
}
