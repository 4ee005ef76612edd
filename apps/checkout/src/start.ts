// What `npm start` runs: emulator, merchant backend and shop, until it is interrupted.
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

/** The emulator's tokens are worth nothing: what an earlier one left in Redis may be read, and is replaced. */
function sealingSecret(target: ForageTarget): string {
  return target.kind === 'real' ? target.credentials.clientSecret : 'emulator'
}

/** What the person at the terminal can do something about. */
function onForageEvent(event: ForageServerEvent): void {
  if (event.type !== 'authentication-token-failed' || event.covered) return
  const remedy =
    event.code === 'invalid_client' || event.kind === 'credential'
      ? 'check FORAGE_CLIENT_ID and FORAGE_CLIENT_SECRET, and start again'
      : 'it is tried again'
  console.error(`Forage gives no authentication token (${event.code}): ${remedy}.`)
}

function describe({ url, emulator }: RunningCheckout): string {
  const how = emulator
    ? `Pay with the test card that the page shows and any PIN; nothing leaves this machine.
Press "Expire the session token now" on the way: the payment still goes through. /control shows how, live.`
    : 'Pay with a test card of your Forage sandbox.'
  return `\n  ${url}/\n\n${how} Ctrl-C ends it.`
}

/** Interrupted, or without the process that started this one: nothing is left behind. */
function endWith(running: Promise<RunningCheckout>): void {
  const end = (): void => {
    // A browser that holds on to something must not hold up the end.
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
