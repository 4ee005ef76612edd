import { buildShop } from '../../src/shop-build.ts'

/** Builds the shop once for all tests, so that they run against what customers get. */
export default async function globalSetup(): Promise<void> {
  await buildShop()
}
