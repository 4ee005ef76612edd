// pnpm conformance                   checks the facts against a new emulator
//   --base-url URL --vault-url URL   checks this server. FORAGE_CLIENT_ID, FORAGE_CLIENT_SECRET and FORAGE_MERCHANT_ID
//                                    are required, FORAGE_FNS_NUMBER is the merchant's other number. With QUIDKEY_URL,
//                                    QUIDKEY_CLIENT_ID and QUIDKEY_CLIENT_SECRET it checks Quidkey as well
//                                    With FORAGE_SDK_URL (the address of a script that sets window.Forage) and Chromium it
//                                    checks Forage JS as well
//   --write                          also checks facts that leave payment methods and payments behind (test cards)
//   --json FILE                      also writes the results to a file
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { chromiumIfPresent } from './browser/playwright-tab.ts'
import { facts } from './facts.ts'
import { forageJsFacts } from './forage-js-facts.ts'
import { jsonReport, textReport } from './report.ts'
import { runFacts } from './run-facts.ts'
import { chooseServer, type Server } from './server.ts'

interface Flags {
  readonly baseUrl: string | undefined
  readonly vaultUrl: string | undefined
  readonly json: string | undefined
  readonly write: boolean
}

function readFlags(): Flags {
  const { values } = parseArgs({
    options: {
      'base-url': { type: 'string' },
      'vault-url': { type: 'string' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  })
  return {
    baseUrl: values['base-url'],
    vaultUrl: values['vault-url'],
    json: values.json,
    write: values.write,
  }
}

async function check({ api, isOwn, close }: Server, { json, write }: Flags): Promise<void> {
  try {
    const results = await runFacts([...facts, ...forageJsFacts], api, isOwn || write)
    console.log(textReport(results))
    if (json !== undefined) writeFileSync(json, jsonReport(results))
    process.exitCode = results.some(({ status }) => status === 'fail') ? 1 : 0
  } finally {
    await close()
  }
}

try {
  const flags = readFlags()
  await using browser = chromiumIfPresent()
  await check(await chooseServer(flags, process.env, browser?.openTab), flags)
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 2
}
