import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect, test } from 'vitest'

import { audit, type AuditOutcome } from './audit.ts'

/** What an audit says of a registry that answers like this. */
async function auditedBy(status: number, body: object): Promise<{ outcome: AuditOutcome; asked: string }> {
  let asked = ''
  const registry = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => (asked += text))
    request.on('end', () => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
    })
  }).listen(0, '127.0.0.1')
  await once(registry, 'listening')
  const url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`
  try {
    return { outcome: await audit(AbortSignal.timeout(50_000), '--registry', url), asked }
  } finally {
    registry.closeAllConnections()
    registry.close()
  }
}

const advisory = {
  id: 1,
  url: 'https://github.example/advisories/1',
  title: 'Reads a token of somebody else',
  severity: 'high',
  vulnerable_versions: '<=9.0.0',
  cwe: [],
  cvss: { score: 8, vectorString: '' },
}

test('an audit asks about what users get, and passes when nothing is known against it', async () => {
  const { outcome, asked } = await auditedBy(200, {})
  expect(outcome).toEqual({ status: 'passed' })
  expect(Object.keys(JSON.parse(asked) as object)).toEqual(
    expect.arrayContaining(['jwt-decode', 'oauth4webapi', 'valibot', 'hono']),
  )
})

test('a known vulnerability fails it, and is named', async () => {
  const { outcome } = await auditedBy(200, { 'jwt-decode': [advisory] })
  expect(outcome).toMatchObject({ status: 'failed', why: expect.stringContaining(advisory.title) as string })
})

test('a registry without audits has not passed anything', async () => {
  expect((await auditedBy(405, {})).outcome).toEqual({
    status: 'skipped',
    why: 'The npm registry answers 405 to an audit: the dependencies were not audited.',
  })
})

test('nor has one that cannot be reached', async () => {
  const nobody = 'http://127.0.0.1:9/'
  expect(await audit(AbortSignal.timeout(50_000), '--registry', nobody)).toEqual({
    status: 'skipped',
    why: 'The npm registry cannot be reached: the dependencies were not audited.',
  })
})
