// `npm start` runs this file: it starts the emulator, the merchant backend and the shop until it is interrupted.
import { fileURLToPath } from 'node:url'

import type { ForageServerEvent } from '@forage-session/server'

import { startCheckout, type RunningCheckout } from './checkout-app.ts'
import type { ForageTarget } from './forage-target.ts'
import { assertReachable } from './reachable.ts'
import { redisInstances } from './redis-instances.ts'
import { buildShop } from './shop-build.ts'
import { StartError } from './start-error.ts'
import { startOptions, type StartOptions } from './start-options.ts'
import { claimFolder, type StateFolder } from './state-folder.ts'

interface StartedCheckout extends RunningCheckout {
  /** Whether the next start continues with the orders of this one. */
  isKept: boolean
}

async function start(options: StartOptions): Promise<StartedCheckout> {
  const { isDev, target, redisUrl, instances, state, isFresh, ...rest } = options
  if (target.kind === 'real') await assertReachable(target)
  const folder = stateFolder(target, { state, isFresh })
  if (!isDev) await buildShop()
  const redis =
    redisUrl === undefined ? undefined : await redisInstances(redisUrl, instances, sealingSecret(target))
  const running = await startCheckout({
    ...rest,
    ...(folder && { state: folder.path }),
    ...(redis && { instances: redis.instances }),
    finishEveryMs: 10_000,
    isDev,
    target,
    onForageEvent,
  })
  const close = async (): Promise<void> => {
    await running.close()
    redis?.close()
    folder?.release()
  }
  return { ...running, close, isKept: folder !== undefined }
}

/** Reserves the folder that keeps the state. If that is not possible with the default one, this start keeps nothing. */
function stateFolder(
  target: ForageTarget,
  { state, isFresh }: Pick<StartOptions, 'state' | 'isFresh'>,
): StateFolder | undefined {
  const folder = claimFolder(state ?? defaultFolder(target), { isFresh })
  if (folder) return folder
  if (state !== undefined)
    throw new StartError(
      `Another start uses the folder "${state}", or it cannot be written: stop the other start, or choose another folder with --state.`,
    )
  console.error('Another start of the shop is running, so this one forgets its orders when it ends.')
  return undefined
}

/** Orders of one API mean nothing to another one. */
function defaultFolder(target: ForageTarget): string {
  const api = target.kind === 'real' ? `${new URL(target.apiUrl).host} ${target.merchantAccount}` : 'emulator'
  return fileURLToPath(new URL(`../.state/${api.replaceAll(/[^\w.]+/g, '-')}`, import.meta.url))
}

/**
 * Returns the secret that seals tokens in Redis. The emulator's tokens are worthless, so a constant is enough, and the
 * token that an earlier run left in Redis can be read and replaced.
 */
function sealingSecret(target: ForageTarget): string {
  return target.kind === 'real' ? target.credentials.clientSecret : 'emulator'
}

/** Prints the failures that the developer at the terminal can fix. */
function onForageEvent(event: ForageServerEvent): void {
  if (event.type !== 'authentication-token-failed' || event.covered) return
  const nextStep =
    event.code === 'invalid_client' || event.kind === 'credential'
      ? 'check FORAGE_CLIENT_ID and FORAGE_CLIENT_SECRET, and start again'
      : 'the backend tries again'
  console.error(`Forage issued no authentication token (${event.code}): ${nextStep}.`)
}

function describe({ url, emulator, isKept }: StartedCheckout): string {
  const pages = emulator
    ? 'The store is at /store. The control room at /control shows live what happens to the tokens.'
    : 'The store is at /store.'
  const howToPay = emulator
    ? `Pay with the test card on the page and any PIN. Nothing leaves this machine.
Press "Expire the session token now" during the payment: the session replaces the token, and you pay once.
If you have already typed a card number or a PIN, the shop asks you to type it again.`
    : 'Pay with a test card of your Forage sandbox.'
  const kept = isKept ? '\nThe next start continues with these orders. With --fresh, it forgets them.' : ''
  return `\n  ${url}/\n\n${pages}\n\n${howToPay}\n\nPress Ctrl-C to stop.${kept}`
}

/** Closes everything when this process is interrupted or its parent process ends. */
function endWith(running: Promise<RunningCheckout>): void {
  const end = (): void => {
    // A browser with an open connection must not delay the exit.
    setTimeout(() => process.exit(0), 2000).unref()
    void running.then((checkout) => checkout.close()).finally(() => process.exit(0))
  }
  for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect']) process.once(event, end)
  process.channel?.unref()
}

function fail(error: unknown): never {
  console.error(error instanceof StartError ? error.message : error)
  process.exit(1)
}

try {
  const running = start(startOptions(process.argv.slice(2), process.env))
  endWith(running)
  console.log(describe(await running))
} catch (error) {
  fail(error)
}
