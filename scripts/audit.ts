import { isNetworkFailure } from './network-failure.mjs'
import { runCommand, type CommandOutcome } from './run-command.ts'

/** Asked once more and soon: without a network, pnpm's own patience is a minute. */
const env = { pnpm_config_fetch_retries: '1', pnpm_config_fetch_retry_mintimeout: '500' }

export type AuditOutcome = { status: 'passed' } | { status: 'failed' | 'skipped'; why: string }

/** Whether a vulnerability is known of what the packages and the applications bring along, at the locked versions. */
export async function audit(signal: AbortSignal, ...options: readonly string[]): Promise<AuditOutcome> {
  return outcomeOf(await runCommand('pnpm', ['audit', '--prod', ...options], { env, signal }))
}

/** A registry that cannot say so has said nothing: neither good nor bad. */
function outcomeOf({ code, output }: CommandOutcome): AuditOutcome {
  if (code === 0) return { status: 'passed' }
  if (!/ERR_PNPM_AUDIT_(BAD_RESPONSE|ENDPOINT_NOT_EXISTS)/.test(output))
    return { status: 'failed', why: output.trimEnd() }
  if (isNetworkFailure(output)) return skipped('cannot be reached')
  const [, status] = /responded with (\d{3})/.exec(output) ?? []
  return skipped(status === undefined ? 'has no audits' : `answers ${status} to an audit`)
}

function skipped(what: string): AuditOutcome {
  return { status: 'skipped', why: `The npm registry ${what}: the dependencies were not audited.` }
}
