import awsLambdaFastify from '@fastify/aws-lambda'
// Its types describe another module format.
import * as vendia from '@vendia/serverless-express'
import express from 'express-5'
import { fastify } from 'fastify-5'
import serverlessHttp from 'serverless-http'
import serverlessHttp3 from 'serverless-http-3'

import { expressHandler } from '../../src/express.ts'
import { fastifyHandler, fastifyPlugin } from '../../src/fastify.ts'
import type { SessionTokenHandler } from '../../src/index.ts'
import { target } from './http-client.ts'

/** An answer for AWS API Gateway. */
export interface Answer {
  statusCode: number
  headers: Record<string, string>
  body: string
  isBase64Encoded?: boolean
}
type Invoke = (event: object) => Promise<Answer>

/** The parts of a request. */
interface Sent {
  method: string
  headers: Record<string, string>
  body?: string | undefined
}

/** Returns an event of AWS API Gateway (payload format 2.0) with exactly these headers. */
export function apiGatewayEvent({ method, headers, body }: Sent): object {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: target,
    rawQueryString: '',
    headers: { host: 'shop.example', ...headers },
    requestContext: {
      http: { method, path: target, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7' },
      stage: '$default',
    },
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  }
}

function expressApp(handler: SessionTokenHandler, parses: boolean): ReturnType<typeof express> {
  const app = express()
  if (parses) app.use(express.json())
  return app.all(target, expressHandler(handler))
}

const serverlessExpress = (vendia as unknown as { default: (options: { app: unknown }) => unknown }).default

export type Wrap = (handler: SessionTokenHandler) => Invoke
const wrapped =
  (invoke: unknown): Invoke =>
  (of) =>
    (invoke as (event: object, context: object) => Promise<Answer>)(of, {})
/** Wraps for platforms that call a function for each request. */
export const platforms: readonly [name: string, wrap: Wrap][] = ([false, true] as const).flatMap(
  (parses): [string, Wrap][] => {
    const after = parses ? ', after a body parser' : ''
    return [
      [
        `@vendia/serverless-express${after}`,
        (handler) => wrapped(serverlessExpress({ app: expressApp(handler, parses) })),
      ],
      [`serverless-http 3${after}`, (handler) => wrapped(serverlessHttp3(expressApp(handler, parses)))],
      [`serverless-http 4${after}`, (handler) => wrapped(serverlessHttp(expressApp(handler, parses)))],
      [
        `@fastify/aws-lambda${after}`,
        (handler) => {
          const app = fastify()
          if (parses) app.all(target, fastifyHandler(handler))
          else app.register(fastifyPlugin, { handler, path: target })
          return wrapped(awsLambdaFastify(app))
        },
      ],
    ]
  },
)

export function bodyOf({ body, isBase64Encoded }: Answer): string {
  return isBase64Encoded ? Buffer.from(body, 'base64').toString() : body
}
