import { fork, type ChildProcess } from 'node:child_process'

import { median } from '../median.ts'
import { load, type Load } from './load.ts'

export interface Endpoint extends Load {
  /** The CPU time of the serving process, in µs per answer. */
  cpu: number
}

export interface EndpointTimes {
  bare: Endpoint
  ours: Endpoint
}

const connections = 16
const rounds = 20
const roundMs = 400
const warmUps = 4

/**
 * Returns the medians of both endpoints of one process. Their rounds are short and alternate, so that other work on
 * the machine slows both. The first rounds only warm up.
 */
export async function endpointTimes(): Promise<EndpointTimes> {
  const child = fork(new URL('serve.ts', import.meta.url))
  try {
    const port = await answerOf<number>(child)
    const results: EndpointTimes[] = []
    for (let round = 0; round < warmUps + rounds; round += 1) {
      results.push({
        bare: await measure(child, port, '/bare'),
        ours: await measure(child, port, '/session-token'),
      })
    }
    const measured = results.slice(warmUps)
    return { bare: middle(measured.map(({ bare }) => bare)), ours: middle(measured.map(({ ours }) => ours)) }
  } finally {
    child.disconnect()
  }
}

async function measure(child: ChildProcess, port: number, path: string): Promise<Endpoint> {
  const before = await cpuOf(child)
  const result = await load({ port, request: post(path) }, connections, roundMs)
  return { ...result, cpu: ((await cpuOf(child)) - before) / result.answers }
}

async function cpuOf(child: ChildProcess): Promise<number> {
  child.send('cpu')
  const { user, system } = await answerOf<NodeJS.CpuUsage>(child)
  return user + system
}

function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`The server ended with ${code}`))
    child.once('exit', ended)
    child.once('message', (answer) => {
      child.off('exit', ended)
      resolve(answer as T)
    })
  })
}

function middle(all: readonly Endpoint[]): Endpoint {
  return {
    answers: all.reduce((sum, { answers }) => sum + answers, 0),
    perSecond: median(all.map(({ perSecond }) => perSecond)),
    p99: median(all.map(({ p99 }) => p99)),
    cpu: median(all.map(({ cpu }) => cpu)),
  }
}

/** Returns the request that a page of the shop sends. */
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
