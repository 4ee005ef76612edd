import { expect, it } from 'vitest'

import { fastifyPlugin } from '../../src/fastify.ts'
import { honoHandler } from '../../src/hono.ts'
import { nextHandler } from '../../src/next.ts'
import { toNodeHandler } from '../../src/node.ts'

const handler = (): Response => new Response()
const instance = {
  removeAllContentTypeParsers: () => {},
  addContentTypeParser: () => {},
  all: () => {},
}

it.each([
  ['honoHandler', honoHandler],
  ['nextHandler', nextHandler],
  ['toNodeHandler', toNodeHandler],
])('%s refuses an unknown option and names the closest one, unless it is undefined', (_name, adapter) => {
  const use = (options: object): unknown => adapter(handler, options)
  expect(() => use({ trustproxy: true })).toThrow(
    new TypeError('Unknown option "trustproxy"; did you mean "trustProxy"?'),
  )
  expect(() => use({ trustproxy: undefined })).not.toThrow()
})

it('fastifyPlugin refuses an unknown option and names the closest one, unless it is undefined', async () => {
  const use = (options: object): Promise<void> => fastifyPlugin(instance, { handler, ...options })
  await expect(use({ paths: '/' })).rejects.toThrow(
    new TypeError('Unknown option "paths"; did you mean "path"?'),
  )
  await expect(use({ paths: undefined })).resolves.toBeUndefined()
})

it('fastifyPlugin accepts the options that Fastify itself gives to a plugin', async () => {
  const options = { handler, prefix: '/api', logLevel: 'warn', logSerializers: {} }
  await expect(fastifyPlugin(instance, options)).resolves.toBeUndefined()
})
