import { buildShop } from '../../src/shop-build.ts'

/** Once for all tests: what they open is what a customer would get. */
export default async function globalSetup(): Promise<void> {
  await buildShop()
}
