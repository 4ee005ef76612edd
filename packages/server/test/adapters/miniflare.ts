import type { Miniflare } from 'miniflare'

type Module = typeof import('miniflare')

/** Miniflare, if it runs on this machine. Otherwise, the tests that need it are skipped. */
export const miniflare: Module | undefined = await workingMiniflare()

async function workingMiniflare(): Promise<Module | undefined> {
  let probe: Miniflare | undefined
  try {
    const module = await import('miniflare')
    probe = new module.Miniflare({
      modules: true,
      script: 'export default { fetch: () => new Response() }',
    })
    await probe.ready
    return module
  } catch {
    return undefined
  } finally {
    await probe?.dispose().catch(() => {})
  }
}
