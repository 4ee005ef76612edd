import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer, type AddressInfo, type Server } from 'node:net'

import { describe, expect, test } from 'vitest'

import { checkEndpoint, EmulatorError, type EndpointReport } from '../../src/index.ts'
import { createIdleClock } from './idle-clock.ts'

/** Checks what a server on a port of this machine answers. Returns the report, or the error. */
async function checkServer(server: Server): Promise<EndpointReport | EmulatorError> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    return await checkEndpoint({ url: `http://127.0.0.1:${port}/token` })
  } catch (error) {
    if (error instanceof EmulatorError) return error
    throw error
  } finally {
    server.close()
  }
}

const json = { 'content-type': 'application/json' }

/** Returns what the check `token` says. */
function tokenCheck(result: EndpointReport | EmulatorError): { message: string; remedy?: string } {
  if (result instanceof EmulatorError) throw result
  return result.checks.find(({ id }) => id === 'token')!
}

describe('an endpoint that sends a wrong answer is not called unreachable', () => {
  test.each<[string, RequestListener, string, string]>([
    [
      'breaks off in the middle',
      (_, response) => {
        response.writeHead(200, { ...json, 'content-length': 500 })
        response.write('{"token":"sandbox_a.b', () => response.destroy())
      },
      'The endpoint sent an answer that breaks off (UND_ERR_SOCKET).',
      'Send the whole body',
    ],
    [
      'is not compressed as its header says',
      (_, response) => response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end('{"token":"a"}'),
      'The endpoint sent a body that is not compressed as Content-Encoding says (Z_DATA_ERROR).',
      'Content-Encoding',
    ],
    [
      'has 40 kB of headers',
      (_, response) => response.writeHead(200, { ...json, 'x-large': 'x'.repeat(40_000) }).end('{}'),
      'The endpoint sent more headers than HTTP clients read (UND_ERR_HEADERS_OVERFLOW).',
      'Send fewer headers',
    ],
    [
      'is no JSON, although its header says so',
      (_, response) => response.writeHead(200, json).end('token=sandbox_a'),
      'The endpoint sent 200 with a body that is not JSON.',
      'as JSON',
    ],
  ])('an answer that %s fails `token`', async (_, listener, message, remedy) => {
    const check = tokenCheck(await checkServer(createHttpServer(listener)))
    expect(check.message).toBe(message)
    expect(check.remedy).toContain(remedy)
  })

  test('an answer without an end fails `token` after ten seconds', async () => {
    const endless = (): ReadableStream =>
      new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{')) })
    const fetch = async (): Promise<Response> => new Response(endless(), { headers: json })
    const check = tokenCheck(
      await checkEndpoint({ url: 'https://shop.example/token', clock: createIdleClock(), fetch }),
    )
    expect(check.message).toBe('The endpoint sent an answer without an end within 10 s.')
  })

  test('a redirect that may only add a slash is not blamed on the sign-in alone', async () => {
    const listener: RequestListener = (_, response) => response.writeHead(308, { location: '/token/' }).end()
    const check = tokenCheck(await checkServer(createHttpServer(listener)))
    expect(check.remedy).toContain('Correct the URL')
  })
})

describe('a server without HTTP is told apart from no server', () => {
  test.each<[string, Server]>([
    ['closes every connection', createServer((socket) => void socket.destroy())],
    [
      'speaks another protocol',
      createServer((socket) => {
        socket.on('error', () => {})
        socket.end('SSH-2.0-OpenSSH_9\r\n')
      }),
    ],
  ])('a server that %s gives no HTTP answer', async (_, server) => {
    const error = await checkServer(server)
    expect(error).toMatchObject({
      code: 'endpoint_unreachable',
      message: expect.stringMatching(
        /^There is no HTTP answer( \(\w+\))? from http:\/\/127\.0\.0\.1:\d+\/token\. .*https.*port/,
      ),
    })
  })

  test.each([
    ['ECONNREFUSED', 'no connection (ECONNREFUSED) to', 'Start the backend'],
    ['ENOTFOUND', 'no connection (ENOTFOUND) to', 'Correct the host name'],
    ['EAI_AGAIN', 'no connection (EAI_AGAIN) to', 'Correct the host name'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'no connection (DEPTH_ZERO_SELF_SIGNED_CERT) to', 'NODE_EXTRA_CA_CERTS'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'no connection (ERR_SSL_WRONG_VERSION_NUMBER) to', 'http'],
    [
      'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
      'no connection (ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL) to',
      'HTTP/1.1',
    ],
    ['ECONNRESET', 'no HTTP answer (ECONNRESET) from', 'port'],
  ])('the network’s code %s gets a remedy of its own', async (code, words, remedy) => {
    const fetch = (): Promise<Response> =>
      Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code } }))
    const checked = checkEndpoint({ url: 'https://shop.example/token', clock: createIdleClock(), fetch })
    await expect(checked).rejects.toThrow(`There is ${words} https://shop.example/token.`)
    await expect(checked).rejects.toThrow(remedy)
  })

  test('a port that browsers refuse is named as the cause', async () => {
    const checked = checkEndpoint({ url: 'http://127.0.0.1:6000/token' })
    await expect(checked).rejects.toThrow('Browsers refuse this port')
  })
})

describe('the environment', () => {
  const token = `sandbox_${btoa('{"alg":"HS256"}')}.${btoa('{"iat":1768478400}')}.c2ln`

  async function checkWith(environment: Response): Promise<EndpointReport> {
    const fetch = async (input: string): Promise<Response> =>
      input.startsWith('http://127.0.0.1:4010') ? environment : Response.json({ token, expires_in: 900 })
    const urls = { url: 'https://shop.example/token', environment: 'http://127.0.0.1:4010' }
    return await checkEndpoint({ ...urls, clock: createIdleClock(), fetch })
  }

  test.each([
    ['a page', new Response('<h1>Not found</h1>', { status: 404 })],
    ['JSON of another program', Response.json({ error: 'not found' }, { status: 404 })],
    ['200', Response.json({})],
  ])('a server that answers with %s is not Forage’s API, and accepts no token', async (_, answer) => {
    const checked = checkWith(answer)
    await expect(checked).rejects.toThrow("does not answer like Forage's API")
    await expect(checked).rejects.toMatchObject({ code: 'endpoint_unreachable' })
  })
})

describe('the token', () => {
  async function tokenKind(token: string): Promise<{ message: string; remedy?: string }> {
    const fetch = async (): Promise<Response> => Response.json({ token, expires_in: 900 })
    const { checks } = await checkEndpoint({
      url: 'https://shop.example/token',
      clock: createIdleClock(),
      fetch,
    })
    return checks.find(({ id }) => id === 'token-kind')!
  }

  test('a session token with a line break at its end is not sent as Forage issued it', async () => {
    const { message, remedy } = await tokenKind('sandbox_a.b.c\n')
    expect(message).toMatch(/^The token \w{8} has spaces or line breaks around it\.$/)
    expect(remedy).toContain('unchanged')
  })

  test.each(['\n', ' '])('an authentication token with %j at its end is still one', async (end) => {
    const { message, remedy } = await tokenKind(`sandbox_${'a1'.repeat(15)}${end}`)
    expect(message).toContain('is an authentication token')
    expect(remedy).toContain('Revoke it')
  })

  test('an endpoint that is only slow does not fail `unknown-members`', async () => {
    const clock = createIdleClock()
    let count = 0
    const fetch = async (): Promise<Response> => {
      clock.pass(6000)
      return Response.json({ token: `sandbox_a.b.${count++}`, expires_in: 900 })
    }
    const { checks } = await checkEndpoint({ url: 'https://shop.example/token', clock, fetch })
    expect(checks.find(({ id }) => id === 'unknown-members')?.status).toBe('pass')
    expect(checks.find(({ id }) => id === 'token')?.status).toBe('fail')
  })

  test.each(['Connection', 'Transfer-Encoding', 'Expect', 'Upgrade', 'Keep-Alive'])(
    'the header %s is an invalid option, because no page can send it',
    async (name) => {
      const checked = checkEndpoint({ url: 'https://shop.example/token', headers: { [name]: 'x' } })
      await expect(checked).rejects.toMatchObject({
        code: 'invalid_option',
        message: expect.stringContaining(name),
      })
    },
  )
})
