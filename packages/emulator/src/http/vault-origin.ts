import type { EmulatorContext, RouteContext } from '../context/context.ts'
import { isLoopbackHost } from './loopback-host.ts'

/**
 * Returns the vault's origin for the sender of a request. If the vault is on this machine, its origin has the host name
 * of the request: an Android emulator calls this machine 10.0.2.2, and another container calls it by a name.
 */
export function vaultOrigin({ vaultUrl }: EmulatorContext, c: RouteContext): string {
  const { hostname, origin } = new URL(c.req.url)
  if (vaultUrl === undefined) return origin
  const vault = new URL(vaultUrl)
  if (isLoopbackHost(vault.hostname)) vault.hostname = hostname
  return vault.origin
}
