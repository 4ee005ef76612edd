import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

import { describe, expect, test } from 'vitest'

import { checkCommand, type CheckProcess } from '../../src/cli/check-command.ts'
import { EmulatorError, type CheckEndpointOptions, type EndpointReport } from '../../src/index.ts'

const url = 'https://shop.example/api/forage/session-token?key=in-the-query'

const report: EndpointReport = {
  ok: false,
  p50Ms: 12,
  p95Ms: 6200,
  checks: [
    { id: 'token', severity: 'error', status: 'pass', message: 'The token 1a2b3c4d arrived in 12 ms.' },
    {
      id: 'signed-out',
      severity: 'critical',
      status: 'fail',
      message: "Without the customer's headers, the endpoint sent a token (200, fingerprint 1a2b3c4d).",
      remedy: 'Require a signed-in customer or a guest session, and answer 401 otherwise.',
    },
    {
      id: 'bad-body',
      severity: 'error',
      status: 'fail',
      message: 'Broken JSON got 500 with text/html instead of JSON.',
      remedy: 'Validate the body.',
    },
    { id: 'cors', severity: 'error', status: 'skip', message: 'Not needed.' },
    {
      id: 'latency',
      severity: 'warning',
      status: 'fail',
      message: 'p50 is 12 ms, p95 is 6200 ms, more than 5 s.',
      remedy: 'Keep the authentication token between requests.',
    },
  ],
}

interface Run {
  code: number
  out: string
  err: string
  options: CheckEndpointOptions | undefined
}

/** Runs the command. Without `outcome`, it checks a real endpoint. */
async function run(
  args: string[],
  { env = {}, terminal = false, columns = 100, outcome }: Partial<RunOptions> = {},
): Promise<Run> {
  const written = { out: '', err: '' }
  const output = (name: 'out' | 'err'): CheckProcess['stdout'] => ({
    isTTY: terminal,
    columns,
    write: (text) => (written[name] += text),
  })
  let options: CheckEndpointOptions | undefined
  const check = async (given: CheckEndpointOptions): Promise<EndpointReport> => {
    options = given
    if (outcome instanceof Error) throw outcome
    return outcome!
  }
  const streams = { env, stdout: output('out'), stderr: output('err') }
  const code = await (outcome ? checkCommand(args, streams, check) : checkCommand(args, streams))
  return { code, ...written, options }
}

interface RunOptions {
  env: Record<string, string>
  terminal: boolean
  columns: number
  outcome: EndpointReport | Error
}

describe('forage-emulator check', () => {
  test('forage-emulator check prints an aligned table, a remedy under each failed row, and a summary', async () => {
    const { code, out, err } = await run([url], { outcome: report })
    expect(code).toBe(1)
    expect(err).toBe('')
    expect(out).toBe(`Endpoint https://shop.example/api/forage/session-token

  ✓ token            The token 1a2b3c4d arrived in 12 ms.
  ✗ signed-out       CRITICAL: Without the customer's headers, the endpoint sent a token (200, fingerprint
                     1a2b3c4d).
                     → Require a signed-in customer or a guest session, and answer 401 otherwise.
  ✗ bad-body         Broken JSON got 500 with text/html instead of JSON.
                     → Validate the body.
  – cors             Not needed.
  ! latency          WARNING: p50 is 12 ms, p95 is 6200 ms, more than 5 s.
                     → Keep the authentication token between requests.

  2 failed (1 critical), 1 warning, 1 passed, 1 skipped. A token took 12 ms (p50), 6200 ms (p95).
  The contract of the endpoint: https://github.com/forage-session/forage-session/blob/main/docs/backend.md
`)
  })

  test('only a terminal gets colors, and none with NO_COLOR or a dumb terminal', async () => {
    const hasColors = async (options: Partial<RunOptions>): Promise<boolean> =>
      (await run([url], { outcome: report, ...options })).out.includes('\u001B[')
    expect(await hasColors({ terminal: true })).toBe(true)
    expect(await hasColors({ terminal: false })).toBe(false)
    expect(await hasColors({ terminal: true, env: { NO_COLOR: '1' } })).toBe(false)
    expect(await hasColors({ terminal: true, env: { TERM: 'dumb' } })).toBe(false)
  })

  test('no line is wider than a narrow terminal, apart from the link', async () => {
    const { out } = await run([url], { outcome: report, terminal: true, columns: 60, env: { NO_COLOR: '1' } })
    const wide = out.split('\n').filter((line) => line.length > 60)
    expect(wide.filter((line) => !line.includes('https://') && !line.includes('p50'))).toEqual([])
  })

  test('--json prints the report itself', async () => {
    const { code, out, err } = await run([url, '--json'], { outcome: report, terminal: true })
    expect(JSON.parse(out)).toEqual(report)
    expect([code, err]).toEqual([1, ''])
  })

  test('the exit code is 0 if the report is ok', async () => {
    expect((await run([url], { outcome: { ...report, ok: true } })).code).toBe(0)
  })

  test('each flag becomes an option, and the client comes from the environment', async () => {
    const flags = ['--header', 'Cookie: a=1', '--header', 'Cookie: b=2', '--header', 'X-CSRF-Token: t']
    const names = ['--checkout', 'mine', '--other-checkout', 'theirs', '--origin', 'https://app.example']
    const { options } = await run([...flags, ...names, '--environment', 'sandbox', url], {
      outcome: report,
      env: { FORAGE_CLIENT_ID: 'the-client', FORAGE_CLIENT_SECRET: 'the-secret' },
    })
    expect(options).toEqual({
      url,
      headers: { Cookie: 'a=1; b=2', 'X-CSRF-Token': 't' },
      checkoutId: 'mine',
      otherCheckoutId: 'theirs',
      origin: 'https://app.example',
      environment: 'sandbox',
      clientId: 'the-client',
      clientSecret: 'the-secret',
    })
  })

  test.each([
    [[], 'Give the URL of the endpoint'],
    [['https://a.example', 'https://b.example'], 'Give one URL at a time.'],
    [['shop.example'], '`url` has to be an http or https URL'],
    [[url, '--header', 'Cookie'], '--header has to be "NAME: VALUE"'],
    [[url, '--header', 'Origin: https://shop.example'], '`headers` must not have Origin'],
    [[url, '--environment', 'staging'], '`environment` has to be sandbox'],
    [[url, '--nonsense'], "Unknown option '--nonsense'. See forage-emulator check --help.\n"],
    [[url, '--header', '--json'], "'--header' argument is ambiguous. See forage-emulator check --help.\n"],
    [[url, '--json=secret-1'], "'--json' does not take an argument. See forage-emulator check --help.\n"],
  ])('the arguments %o end with code 2 and one sentence', async (args, sentence) => {
    const { code, out, err } = await run(args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(sentence)
    expect(err).not.toContain('secret-1')
    expect(err.trim().split('\n')).toHaveLength(1)
  })

  test('the exit code is 3 if nothing answers', async () => {
    const outcome = new EmulatorError('endpoint_unreachable', 'There is no connection.')
    const { code, err } = await run([url], { outcome })
    expect([code, err]).toEqual([3, 'forage-emulator check: There is no connection.\n'])
  })

  test('--help explains every flag and every exit code', async () => {
    const { code, out } = await run(['--help'])
    expect(code).toBe(0)
    expect(
      out
        .match(/^ {2}--[\w-]+/gm)
        ?.join('')
        .trim()
        .split(/\s+/),
    ).toEqual('--header --checkout --other-checkout --origin --environment --json --help'.split(' '))
    expect(out).toMatch(/0 every check passed, 1 a check failed, 2 an option is wrong, 3 nothing answers/)
  })
})

describe('forage-emulator check over a socket', () => {
  /** Runs the command against a server that answers every request the same. */
  async function runAgainst(listener: RequestListener): Promise<Run> {
    const server = createServer(listener)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      return await run([`http://127.0.0.1:${(server.address() as AddressInfo).port}/token`])
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }

  test('a login page gets a remedy, and no check after it passes by refusing everything', async () => {
    const { code, out } = await runAgainst((_, response) => {
      response.writeHead(302, { location: '/login' }).end()
    })
    expect(code).toBe(1)
    expect(out).toContain('✗ token            The endpoint sent a redirect (302).')
    expect(out).toContain('→ Answer with JSON instead of a redirect')
    expect(out).toMatch(/– the others +Not checked, because the check `token` got no token: token-kind, /)
    expect(out).toMatch(/\n {2}1 failed, 1 passed, 16 skipped\.\n/)
  })

  test('a connection that breaks is no answer', async () => {
    const { code, err } = await runAgainst((request) => void request.socket.destroy())
    expect(code).toBe(3)
    expect(err).toMatch(/There is no HTTP answer .*from http:\/\/127\.0\.0\.1:\d+\/token/)
  })
})
