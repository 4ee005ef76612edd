// Runs a merchant's backend on Bun or Deno: the endpoint on the runtime's own server, on node:http and with Express, and
// calls to the API over real connections. Prints one line at the end.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'

import { createEmulator } from '@forage-session/emulator'
import { createForageServer } from '@forage-session/server'
import { expressHandler } from '@forage-session/server/express'
import { toNodeHandler } from '@forage-session/server/node'
import { createOAuthTokenClient } from '@forage-session/server/oauth'
import express from 'express'

const { Bun, Deno } = globalThis
const name = Bun ? `Bun ${Bun.version}` : `Deno ${Deno.version.deno}`

/** Serves a web-standard handler with the runtime's own server. */
async function serve(fetch) {
  const hostname = '127.0.0.1'
  if (Bun) {
    const server = Bun.serve({ port: 0, hostname, fetch: (request) => fetch(request) })
    return { url: `http://${hostname}:${server.port}`, stop: () => server.stop(true) }
  }
  const stopping = new AbortController()
  const options = { port: 0, hostname, onListen: () => {}, signal: stopping.signal }
  const server = Deno.serve(options, (request) => fetch(request))
  return { url: `http://${hostname}:${server.addr.port}`, stop: () => stopping.abort() }
}

async function listen(listener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => (server.close(), server.closeAllConnections()),
  }
}

const emulator = createEmulator()
let redirects = false
const api = await serve(async (request) => {
  if (redirects) return new Response(null, { status: 302, headers: { location: 'https://evil.example/' } })
  const { pathname } = new URL(request.url)
  return pathname === '/silent/' ? await new Promise(() => {}) : await emulator.fetch(request)
})

const { clientId, clientSecret, merchants } = emulator
const merchantAccount = `mid/${merchants[0].id}`
const environment = { apiUrl: api.url }
const credentials = { clientId, clientSecret }
const forage = createForageServer({ environment, credentials })
const aborted = Promise.withResolvers()
const started = Promise.withResolvers()
const handler = forage.sessionTokenHandler({
  origins: ['https://shop.example'],
  authorize: async ({ signal }, { checkoutId }) => {
    if (checkoutId === 'slow') {
      signal.addEventListener('abort', () => aborted.resolve())
      started.resolve()
      await aborted.promise
    }
    return { subject: 'customer-1', checkoutId, merchantAccount }
  },
})

function post(url, body, init = {}) {
  const headers = { origin: 'https://shop.example', 'content-type': 'application/json' }
  return fetch(`${url}/token`, { method: 'POST', headers, body, ...init })
}

/** The error that a promise rejects with. */
async function errorOf(promise) {
  return await promise.then(
    () => assert.fail('no error'),
    (error) => error,
  )
}

const app = express().use(express.json()).all('/token', expressHandler(handler))
const servers = [await serve(handler), await listen(toNodeHandler(handler)), await listen(app)]
for (const { url } of servers) {
  const answer = await post(url, '{"checkout_id":"cart-1"}')
  assert.equal(answer.status, 200)
  assert.match((await answer.json()).token, /^sandbox_/)
  const tooLarge = await post(url, JSON.stringify({ checkout_id: 'x'.repeat(9000) }))
  assert.equal(tooLarge.status, 413)
  await tooLarge.text()
}

const leaving = new AbortController()
const left = errorOf(post(servers[0].url, '{"checkout_id":"slow"}', { signal: leaving.signal }))
await started.promise
leaving.abort()
await Promise.all([left, aborted.promise])

const response = await forage.fetch('/api/orders/unknown/', {}, { merchantAccount })
assert.equal(response.status, 404)
assert.equal(typeof (await response.json()), 'object')
const late = await errorOf(forage.fetch('/silent/', {}, { timeoutMs: 300 }))
assert.equal(late.message, 'The API did not answer within 300 ms')
const client = createOAuthTokenClient({
  dialect: 'rfc6749',
  environment: { ...environment, tokenPath: '/o/token/' },
  scope: 'pinpad_only',
  credentials,
})
assert.match(await client.getToken(), /^sandbox_/)
redirects = true
const redirected = await errorOf(forage.fetch('/api/orders/unknown/'))
assert.equal(redirected.status, 302)

await Promise.all([forage.close(), client.close()])
for (const server of [...servers, api]) server.stop()
console.log(`the backend ran on ${name}`)
