// `npm start` runs this file: it starts the emulator, the merchant backend and the shop until it is interrupted.
import type { ForageServerEvent } from '@forage-session/server'

import { startCheckout, type RunningCheckout } from './checkout-app.ts'
import type { ForageTarget } from './forage-target.ts'
import { assertReachable } from './reachable.ts'
import { redisInstances } from './redis-instances.ts'
import { buildShop } from './shop-build.ts'
import { StartError } from './start-error.ts'
import { startOptions, type StartOptions } from './start-options.ts'

async function start(options: StartOptions): Promise<RunningCheckout> {
  const { isDev, target, redisUrl, instances, state, ...rest } = options
  if (target.kind === 'real') await assertReachable(target)
  if (!isDev) await buildShop()
  const common = { ...rest, ...(state !== undefined && { state }), isDev, target, onForageEvent }
  if (redisUrl === undefined) return await startCheckout(common)
  const redis = await redisInstances(redisUrl, instances, sealingSecret(target))
  const running = await startCheckout({ ...common, instances: redis.instances })
  const close = async (): Promise<void> => {
    await running.close()
    redis.close()
  }
  return { ...running, close }
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

function describe({ url, emulator }: RunningCheckout): string {
  const howToPay = emulator
    ? `Pay with the test card on the page and any PIN. Nothing leaves this machine.
Press "Expire the session token now" during the checkout: the payment still succeeds. /control shows it live.`
    : 'Pay with a test card of your Forage sandbox.'
  return `\n  ${url}/\n\n${howToPay} Press Ctrl-C to stop.`
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
