import { variable, type Variables } from '../configuration/environment-variables.ts'
import { finding, type Finding } from '../configuration/finding.ts'

/** What the variables alone give away, whether or not a server would start with them. */
export function adviceOn(env: Variables): Finding[] {
  return [...missingSlashes(env), ...memoryOfMany(env), ...noMerchant(env), ...narrowScopes(env)]
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
      "All of Forage's paths do. Without it the API redirects, and a POST that is redirected is lost.",
      `Add the slash to ${name}, or unset it.`,
    ]),
  )
}

/** Variables of platforms that start a process per request, or several. */
const platforms = [
  'AWS_LAMBDA_FUNCTION_NAME',
  'VERCEL',
  'K_SERVICE',
  'KUBERNETES_SERVICE_HOST',
  'FLY_APP_NAME',
]

function memoryOfMany(env: Variables): Finding[] {
  if (variable(env, 'REDIS_URL') !== undefined) return []
  const counted = ['FORAGE_INSTANCES', 'WEB_CONCURRENCY'].filter(
    (name) => Number(variable(env, name) ?? 1) > 1,
  )
  const platform = platforms.find((name) => variable(env, name) !== undefined)
  const sign = counted[0] === undefined ? platform : `${counted[0]}=${variable(env, counted[0])}`
  if (sign === undefined) return []
  return [
    finding(counted.length > 0 ? 'error' : 'warning', 'memory-store-of-several', [
      `Several instances (${sign}) and no REDIS_URL: each keeps its tokens in its own memory`,
      'Each process mints its own, at each start again. Forage allows about 1000 live tokens per client; then nobody gets one.',
      'Share a store: redisStore, and REDIS_URL. With one process for certain, unset what says otherwise.',
    ]),
  ]
}

function noMerchant(env: Variables): Finding[] {
  if (variable(env, 'FORAGE_MERCHANT_ID') !== undefined) return []
  return [
    finding('note', 'merchant-unset', [
      'FORAGE_MERCHANT_ID is not set: no session token was minted to try',
      'Whether a token has the right scope shows when a session token is minted from it.',
      'Set it to one of your Merchant IDs.',
    ]),
  ]
}

/** Valid scopes that cannot do the work; FORAGE_POOLS that is no JSON is reported elsewhere. */
function narrowScopes(env: Variables): Finding[] {
  return Object.entries(poolsOf(env)).flatMap(([name, pool]) => {
    const scope: unknown = (pool as { scope?: unknown } | null)?.scope
    if (typeof scope !== 'string' || scope.split(' ').includes('pinpad_only')) return []
    return [
      finding('warning', 'scope-narrow', [
        `Pool "${name}" has scope "${scope}"`,
        "A session token for Forage's SDKs needs a parent with pinpad_only.",
        'Leave scope out, unless this pool is for server-side calls only.',
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
