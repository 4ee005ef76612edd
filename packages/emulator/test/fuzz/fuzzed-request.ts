import fc from 'fast-check'

import { scopes, type Endpoint } from '../../src/http/endpoint.ts'
import { endpoints } from '../support/documented.ts'
import { arbitraryOf } from './schema-arbitrary.ts'

/**
 * A request before it is sent. A text such as `$live` stands for a value that the run's world knows by that name,
 * because values that are created during the run cannot be known before it.
 */
export interface FuzzedRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

export type Step = { readonly request: FuzzedRequest } | { readonly advanceMs: number }

/** The names that stand for values of the world: see `furnish.ts`. */
const names = [
  '$live',
  '$expired',
  '$orphan',
  '$accounts',
  '$hosted_checkout',
  '$pinpad_only',
  '$reporting',
  '$clientId',
  '$clientSecret',
  '$quidkeyAccess',
  '$quidkeyRefresh',
  '$card',
  '$vaultToken',
  '$paymentMethod',
  '$payment',
  '$link',
  '$order',
  '$orderPayment',
  '$paidOrder',
  '$paidPayment',
  '$balanceSession',
  '$made0',
  '$made1',
  '$made2',
] as const

const name = fc.constantFrom(...names)
const text = fc.oneof(
  { weight: 6, arbitrary: name },
  fc.constantFrom('', '__proto__', 'constructor', 'toString', 'null', '0ddbcda871', '../..', '%ff', '\u0000'),
  fc.string({ unit: 'binary' }),
)
/** The characters that a header can carry (RFC 9110 §5.5). */
const headerText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((c) => String.fromCharCode(c)),
})

function rarely<Value>(usual: fc.Arbitrary<Value>, other: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: other })
}

const decimal = fc.integer({ min: 1, max: 5000 }).map((cents) => (cents / 100).toFixed(2))

/** Likely values for a field or a path parameter with this name, or else any text. */
const sensible: Readonly<Record<string, fc.Arbitrary<string>>> = {
  number: fc.constantFrom('$card', '6777777777771234', '4111111111111110', '5077010000000000'),
  pin: fc.constantFrom('1234', '1234', '1200', '0000'),
  card_number_token: fc.constant('$vaultToken'),
  payment_method: fc.constant('$paymentMethod'),
  payment_methods: fc.constant('$paymentMethod'),
  payments: fc.constantFrom('$payment', '$orderPayment', '$paidPayment'),
  payment: fc.constantFrom('$orderPayment', '$paidPayment'),
  orders: fc.constantFrom('$order', '$paidOrder'),
  balance_sessions: fc.constant('$balanceSession'),
  reporting: fc.constantFrom('transactions', 'payouts', 'orders'),
  'payment-links': fc.constant('$link'),
  amount: decimal,
  unit_price: decimal,
  snap_total: decimal,
  ebt_cash_total: decimal,
  remaining_total: decimal,
  tax_rate: fc.constantFrom('0', '0.05'),
  success_redirect_url: fc.constant('https://shop.example/receipt'),
  cancel_redirect_url: fc.constant('https://shop.example/cart'),
  start_date: fc.constantFrom('2026-01-01', '2026-01-14'),
  end_date: fc.constantFrom('2026-01-15', '2026-01-16'),
  limit: fc.constantFrom('1', '100', '1000'),
  offset: fc.constantFrom('0', '1'),
  cursor: fc.constant(''),
  scope: fc.subarray([...scopes], { minLength: 1 }).map((some) => some.join(' ')),
  expiration_time: fc.constantFrom('86400', '604800', '2592000'),
  client_id: fc.constant('$clientId'),
  client_secret: fc.constant('$clientSecret'),
  refresh_token: fc.constant('$quidkeyRefresh'),
  currency: fc.constant('EUR'),
  payment_reference: fc.constant('INV-2024-001'),
}

function textOf(field: string): fc.Arbitrary<string> {
  const usual = sensible[field]
  return usual ? rarely(usual, text) : fc.oneof(fc.constantFrom('$made0', '$made1', '$made2'), text)
}

/** Returns mostly the token that the endpoint accepts. */
function authorizationOf({ security, scope }: Endpoint): fc.Arbitrary<string> {
  const usual = {
    authentication: [`Bearer $${scope ?? 'pinpad_only'}`],
    either: ['Bearer $live', 'Bearer $pinpad_only'],
    client: ['Basic $basic'],
    quidkey: ['Bearer $quidkeyAccess'],
    none: [''],
  }[security]
  return fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...usual) },
    { weight: 2, arbitrary: name.map((token) => `Bearer ${token}`) },
    fc.constantFrom('', 'Bearer', 'Bearer  a  ', 'Basic $basic', 'Basic %%%', 'bearer $live'),
    headerText,
  )
}

const otherHeaders = fc.record(
  {
    'Merchant-Account': rarely(fc.constantFrom('mid/123ab45c67', '123ab45c67', '9000055'), headerText),
    'Idempotency-Key': rarely(fc.constantFrom('one', 'two', '$payment'), headerText),
    'API-Version': rarely(fc.constantFrom('default', '2023-05-15', '2024-03-05', '2025-08-04'), headerText),
    Origin: rarely(fc.constant('https://shop.example'), headerText),
  },
  { requiredKeys: [] },
)

const merchant = fc.nat(20).map((key) => ({
  'Merchant-Account': 'mid/123ab45c67',
  'Idempotency-Key': `key-${key}`,
}))
const junk = fc.oneof(
  fc.json(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '{', '[]', 'null', '{"a":1e400}', '{"__proto__":{"type":"ebt"}}', '{"a":"\\ud800"}'),
  fc.constant('['.repeat(50_000)),
  fc.constant(`${'{"metadata":'.repeat(20_000)}1${'}'.repeat(20_000)}`),
)
const huge = fc.constant('x'.repeat(1024 * 1024 + 1))

function bodyOf({ body }: Endpoint): fc.Arbitrary<string | undefined> {
  if (!body) return rarely(fc.constant(undefined), junk)
  const shaped = arbitraryOf(body.schema, textOf)
  const key = fc.oneof(fc.constantFrom(...keysOf(body.schema)), fc.string())
  const mutated = fc.tuple(shaped, key, fc.jsonValue()).map(([value, one, other]) => ({
    ...(value as object),
    [one]: other,
  }))
  const write = body.type === 'json' ? writeJson : writeForm
  return fc.oneof(
    { weight: 60, arbitrary: shaped.map(write) },
    { weight: 20, arbitrary: mutated.map(write) },
    // A valid body with one field that is nested too deeply to be serialized again.
    { weight: 5, arbitrary: fc.tuple(shaped, key).map(([value, one]) => deepened(writeJson(value), one)) },
    { weight: 14, arbitrary: junk },
    { weight: 1, arbitrary: huge },
  )
}

function deepened(json: string, key: string): string {
  const depth = 20_000
  const deep = `${JSON.stringify(key)}:${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
  return json === '{}' ? `{${deep}}` : json.replace(/}$/, `,${deep.replaceAll('$', '$$$$')}}`)
}

function keysOf(schema: object): string[] {
  return 'entries' in schema ? Object.keys(schema.entries as object) : ['']
}

const writeJson = (value: unknown): string => JSON.stringify(value)

function writeForm(value: unknown): string {
  const fields = Object.entries(value as object).map(([key, one]): [string, string] => [key, String(one)])
  return new URLSearchParams(fields).toString()
}

function pathOf({ path, query }: Endpoint): fc.Arbitrary<string> {
  const parts = path.split('/')
  const segments = parts.map((segment, position) =>
    segment.startsWith(':') ? textOf(parts[position - 1] ?? '').map(encoded) : fc.constant(segment),
  )
  const exact = fc.tuple(...segments).map((filled) => filled.join('/'))
  const broken = fc.oneof(
    exact.map((one) => one.replace(/\/$/, '')),
    exact.map((one) => `${one}/`),
    exact.map((one) => `${one}?a=1&a=2`),
    fc.webPath().map((one) => `/api${one}`),
  )
  const likely = fc.tuple(exact, queryOf(Object.keys(query))).map((both) => both.join(''))
  return fc.oneof({ weight: 12, arbitrary: likely }, { weight: 1, arbitrary: broken })
}

/** Replaces lone surrogates, which have no encoding in a URL. */
function encoded(value: string): string {
  return value.startsWith('$') ? value : encodeURIComponent(value.replaceAll(/\p{Surrogate}/gu, '?'))
}

function queryOf(known: readonly string[]): fc.Arbitrary<string> {
  const pairs = fc.tuple(...known.map((key) => textOf(key).map((value): [string, string] => [key, value])))
  const one = pairs.chain((all) => fc.subarray(all)).map((some) => Object.fromEntries(some))
  const other = fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 })
  return fc
    .tuple(one, rarely(fc.constant({}), other))
    .map((both) => new URLSearchParams(both.flatMap((some) => Object.entries(some))).toString())
    .map((query) => (query === '' ? '' : `?${query.replaceAll('%24', '$')}`))
}

function headersOf(endpoint: Endpoint): fc.Arbitrary<Record<string, string>> {
  const type = endpoint.body?.type === 'form' ? 'application/x-www-form-urlencoded' : 'application/json'
  const contentType = rarely(fc.constant(type), fc.oneof(fc.constantFrom('text/plain', ''), headerText))
  const common = fc.record({ Authorization: authorizationOf(endpoint), 'Content-Type': contentType })
  return fc
    .tuple(common, rarely<object>(merchant, fc.constant({})), rarely<object>(fc.constant({}), otherHeaders))
    .map(
      (parts) => Object.fromEntries(parts.flatMap((part) => Object.entries(part))) as Record<string, string>,
    )
}

const methods = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PURGE')

const request = fc.oneof(
  ...endpoints.map((endpoint) =>
    fc.record({
      method: rarely(fc.constant<string>(endpoint.method), methods),
      path: pathOf(endpoint),
      headers: headersOf(endpoint),
      body: bodyOf(endpoint),
    }),
  ),
)

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: request.map((one): Step => ({ request: one })) },
    { weight: 1, arbitrary: fc.nat(3_600_000).map((advanceMs): Step => ({ advanceMs })) },
  ),
  { minLength: 1, maxLength: 12 },
)
