import { databaseUrl, hasSealingKey } from '../configuration/database-url.ts'
import { variable, type Variables } from '../configuration/environment-variables.ts'
import { finding, type Finding } from '../configuration/finding.ts'

/** Finds problems that the variables alone reveal, whether or not a server would start with them. */
export function adviceOn(env: Variables): Finding[] {
  return [
    ...missingSlashes(env),
    ...memoryStoreOfSeveral(env),
    ...databaseWithoutKey(env),
    ...noMerchant(env),
    ...narrowScopes(env),
  ]
}

const pathNames = [
  'FORAGE_TOKEN_PATH',
  'FORAGE_SESSION_TOKEN_PATH',
  'FORAGE_REVOKE_PATH',
  'FORAGE_BULK_REVOKE_PATH',
]

function missingSlashes(env: Variables): Finding[] {
  const missing = pathNames.filter((name) => !(variable(env, name) ?? '/').endsWith('/'))
  return missing.map((name) =>
    finding('error', 'slash-missing', [
      `${name} does not end in a slash`,
      'All paths of Forage do. Without the slash, the API redirects, and a redirected POST is lost.',
      `Add the slash to ${name}, or unset it.`,
    ]),
  )
}

/** Variables of platforms that start several processes, or one for each request. */
const platforms = [
  'AWS_LAMBDA_FUNCTION_NAME',
  'VERCEL',
  'K_SERVICE',
  'KUBERNETES_SERVICE_HOST',
  'FLY_APP_NAME',
]

function memoryStoreOfSeveral(env: Variables): Finding[] {
  if (variable(env, 'REDIS_URL') !== undefined) return []
  if (databaseUrl(env) !== undefined && hasSealingKey(env)) return []
  const counted = ['FORAGE_INSTANCES', 'WEB_CONCURRENCY'].filter(
    (name) => Number(variable(env, name) ?? 1) > 1,
  )
  const platform = platforms.find((name) => variable(env, name) !== undefined)
  const evidence = counted[0] === undefined ? platform : `${counted[0]}=${variable(env, counted[0])}`
  if (evidence === undefined) return []
  return [
    finding(counted.length > 0 ? 'error' : 'warning', 'memory-store-of-several', [
      `Several instances (${evidence}) run without REDIS_URL, and each keeps its tokens in its own memory`,
      'Each process mints its own tokens at each start. At about 1000 live tokens per client, Forage issues no more.',
      'Use a shared store (redisStore and REDIS_URL, or postgresStore and DATABASE_URL). If there is only one process, unset the variable named above.',
    ]),
  ]
}

/** Many applications have a DATABASE_URL, and only some keep tokens in that database. */
function databaseWithoutKey(env: Variables): Finding[] {
  if (databaseUrl(env) === undefined || hasSealingKey(env)) return []
  return [
    finding('note', 'keys-missing', [
      'DATABASE_URL names a PostgreSQL and FORAGE_SEAL_KEY_1 is not set, so no tokens were looked for in it',
      'Tokens in PostgreSQL are sealed, and can be read only with the key that your servers use.',
      'If your servers use postgresStore, set FORAGE_SEAL_KEY_1 as on the servers.',
    ]),
  ]
}

function noMerchant(env: Variables): Finding[] {
  if (variable(env, 'FORAGE_MERCHANT_ID') !== undefined) return []
  return [
    finding('note', 'merchant-unset', [
      'FORAGE_MERCHANT_ID is not set, so no session token was minted as a test',
      'Only minting a session token shows whether a token has the right scope.',
      'Set it to one of your Merchant IDs.',
    ]),
  ]
}

/** Finds valid scopes that cannot mint session tokens. The configuration reports invalid JSON in FORAGE_POOLS. */
function narrowScopes(env: Variables): Finding[] {
  return Object.entries(poolsOf(env)).flatMap(([name, pool]) => {
    const scope: unknown = (pool as { scope?: unknown } | null)?.scope
    if (typeof scope !== 'string' || scope.split(' ').includes('pinpad_only')) return []
    return [
      finding('warning', 'scope-narrow', [
        `Pool "${name}" has scope "${scope}"`,
        "Session tokens for Forage's SDKs are minted from an authentication token with pinpad_only.",
        'Remove scope, unless this pool is for server-side calls only.',
      ]),
    ]
  })
}

function poolsOf(env: Variables): object {
  try {
    const pools: unknown = JSON.parse(variable(env, 'FORAGE_POOLS') ?? '{}')
    return typeof pools === 'object' && pools !== null ? pools : {}
  } catch {
    return {}
  }
}
