import { fork, type ChildProcess } from 'node:child_process'

import { load, type Load } from './load.ts'

export interface EndpointTimes {
  bare: Load
  ours: Load
}

const connections = 16
const rounds = 8
const roundMs = 1500

/**
 * The best rounds of both endpoints of one process. Their rounds alternate, and the first of each only warms up: a
 * machine that is busy for a while is so for both.
 */
export async function endpointTimes(): Promise<EndpointTimes> {
  const child = fork(new URL('serve.ts', import.meta.url))
  try {
    const port = await portOf(child)
    const results: EndpointTimes[] = []
    for (let round = 0; round <= rounds; round += 1) {
      const bare = await load({ port, request: post('/bare') }, connections, roundMs)
      const ours = await load({ port, request: post('/session-token') }, connections, roundMs)
      results.push({ bare, ours })
    }
    const measured = results.slice(1)
    return { bare: best(measured.map(({ bare }) => bare)), ours: best(measured.map(({ ours }) => ours)) }
  } finally {
    child.disconnect()
  }
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('message', (port) => resolve(port as number))
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}`)))
  })
}

function best(loads: readonly Load[]): Load {
  return {
    perSecond: Math.max(...loads.map(({ perSecond }) => perSecond)),
    p99: Math.min(...loads.map(({ p99 }) => p99)),
  }
}

/** As a page of the shop sends it. */
function post(path: string): string {
  const body = '{"checkout_id":"cart-1","reason":"first"}'
  const headers = {
    Host: 'shop.example',
    Origin: 'https://shop.example',
    'Sec-Fetch-Site': 'same-origin',
    'Sec-Fetch-Mode': 'cors',
    Cookie: 'sid=4f1c2a',
    'X-Real-IP': '192.0.2.7',
    'Content-Type': 'application/json',
    'Content-Length': String(body.length),
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`POST ${path} HTTP/1.1`, ...lines, '', body].join('\r\n')
}
