import { execFileSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { which } from '../../../../scripts/toolchain/programs.ts'
import { redisCli } from '../../../../scripts/toolchain/redis.ts'
import { credentials, forageTokens, type Ended } from '../cli/forage-tokens.ts'
import { sealingKey } from './merchant.ts'
import { freePort, hasRedis, killProgram, startProgram } from './redis-server.ts'

const openssl = which('openssl')
const canTest = hasRedis && openssl !== undefined
let program: ChildProcess
let port: number
const folder = mkdtempSync(join(tmpdir(), 'forage-redis-tls-'))
const [certificate, key] = ['cert.pem', 'key.pem'].map((name) => join(folder, name)) as [string, string]

/** Creates a certificate for this machine that no one else has signed. */
function createCertificate(): void {
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const files = ['-keyout', key, '-out', certificate, '-days', '2']
  execFileSync(openssl!, ['req', '-x509', ...curve, ...files, ...subject], { stdio: 'ignore' })
}

/** Starts a cluster of one node that accepts TLS only. */
async function startServer(): Promise<void> {
  port = await freePort()
  const bus = await freePort()
  const tls = ['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no', '--tls-cluster', 'yes']
  const files = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate]
  const cluster = [
    '--cluster-enabled',
    'yes',
    '--cluster-port',
    String(bus),
    '--cluster-announce-ip',
    '127.0.0.1',
  ]
  const args = [...tls, ...files, ...cluster, '--dir', folder, '--save', '', '--bind', '127.0.0.1']
  program = await startProgram(args, 'Ready to accept connections')
  command('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
  while (!command('CLUSTER', 'INFO').includes('cluster_state:ok'));
}

function command(...args: string[]): string {
  const tls = ['--tls', '--cacert', certificate, '-p', String(port)]
  return execFileSync(redisCli!, [...tls, ...args], { encoding: 'utf8' })
}

beforeAll(async () => {
  if (!canTest) return
  createCertificate()
  await startServer()
})
afterAll(async () => {
  if (canTest) await killProgram(program)
  rmSync(folder, { recursive: true, force: true })
})

const run = (scheme: string, args: string[], more: Record<string, string> = {}): Promise<Ended> =>
  forageTokens(args, {
    ...credentials,
    FORAGE_ENVIRONMENT: 'http://127.0.0.1:9',
    FORAGE_SEAL_KEY_1: sealingKey,
    REDIS_URL: `${scheme}://127.0.0.1:${port}`,
    ...more,
  })

describe.skipIf(!canTest)('forage-tokens with TLS', () => {
  it.each(['rediss', 'rediss+cluster'])('`forage-tokens` uses TLS for the scheme %s', async (scheme) => {
    const { code, json } = await run(scheme, ['status', '--json'], { NODE_EXTRA_CA_CERTS: certificate })
    expect(json).toMatchObject({ ok: true, pools: [{ pool: 'web', state: 'empty' }] })
    expect(code).toBe(0)
  })

  it.each(['rediss', 'rediss+cluster'])(
    '`forage-tokens doctor` says how to trust the certificate of a private CA (%s)',
    async (scheme) => {
      const { json } = await run(scheme, ['doctor', '--json'])
      const found = json.findings!.find(({ id }) => id === 'redis-unreachable')
      expect(found?.remedy).toContain('NODE_EXTRA_CA_CERTS')
    },
  )

  it('`forage-tokens` does not speak without TLS to a server that requires it', async () => {
    const { code, stderr } = await run('redis', ['status'])
    expect(stderr).toContain('The Redis of REDIS_URL cannot be used')
    expect(code).toBe(1)
  })
})
