import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect, test } from 'vitest'

import { audit, type AuditOutcome } from './audit.ts'

/** Audits against a registry with this answer. Returns the outcome and the body of the audit's request. */
async function auditedBy(
  status: number,
  body: object,
): Promise<{ outcome: AuditOutcome; requested: string }> {
  let requested = ''
  const registry = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => (requested += text))
    request.on('end', () => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
    })
  }).listen(0, '127.0.0.1')
  await once(registry, 'listening')
  const url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`
  try {
    return { outcome: await audit(AbortSignal.timeout(50_000), '--registry', url), requested }
  } finally {
    registry.closeAllConnections()
    registry.close()
  }
}

const advisory = {
  id: 1,
  url: 'https://github.example/advisories/1',
  title: 'Reads the token of another user',
  severity: 'high',
  vulnerable_versions: '<=9.0.0',
  cwe: [],
  cvss: { score: 8, vectorString: '' },
}

test('an audit covers the packages that users install, and passes without a known vulnerability', async () => {
  const { outcome, requested } = await auditedBy(200, {})
  expect(outcome).toEqual({ status: 'passed' })
  expect(Object.keys(JSON.parse(requested) as object)).toEqual(
    expect.arrayContaining(['jwt-decode', 'oauth4webapi', 'valibot', 'hono']),
  )
})

test('an audit fails on a known vulnerability and names it', async () => {
  const { outcome } = await auditedBy(200, { 'jwt-decode': [advisory] })
  expect(outcome).toMatchObject({ status: 'failed', why: expect.stringContaining(advisory.title) as string })
})

test('an audit is skipped if the registry does not support audits', async () => {
  expect((await auditedBy(405, {})).outcome).toEqual({
    status: 'skipped',
    why: 'The npm registry answers 405 to an audit, so the dependencies were not audited.',
  })
})

test('an audit is skipped if the registry is unreachable', async () => {
  const unusedPort = 'http://127.0.0.1:9/'
  expect(await audit(AbortSignal.timeout(50_000), '--registry', unusedPort)).toEqual({
    status: 'skipped',
    why: 'The npm registry is unreachable, so the dependencies were not audited.',
  })
})
