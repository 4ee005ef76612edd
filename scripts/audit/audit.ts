import { runCommand, type CommandOutcome } from '../run-command.ts'
import { isNetworkFailure } from '../toolchain/network-failure.mjs'

/** Without a network, pnpm retries for a minute. These settings allow one quick retry. */
const env = { pnpm_config_fetch_retries: '1', pnpm_config_fetch_retry_mintimeout: '500' }

export type AuditOutcome = { status: 'passed' } | { status: 'failed' | 'skipped'; why: string }

/** Audits the production dependencies of the packages and applications, at the locked versions. */
export async function audit(signal: AbortSignal, ...options: readonly string[]): Promise<AuditOutcome> {
  return outcomeOf(await runCommand('pnpm', ['audit', '--prod', ...options], { env, signal }))
}

/** Turns the command's result into an outcome. If the registry gives no answer to an audit, the audit is skipped. */
function outcomeOf({ code, output }: CommandOutcome): AuditOutcome {
  if (code === 0) return { status: 'passed' }
  if (!/ERR_PNPM_AUDIT_(BAD_RESPONSE|ENDPOINT_NOT_EXISTS)/.test(output))
    return { status: 'failed', why: output.trimEnd() }
  if (isNetworkFailure(output)) return skipped('is unreachable')
  const [, status] = /responded with (\d{3})/.exec(output) ?? []
  return skipped(status === undefined ? 'supports no audits' : `answers ${status} to an audit`)
}

function skipped(what: string): AuditOutcome {
  return { status: 'skipped', why: `The npm registry ${what}, so the dependencies were not audited.` }
}
