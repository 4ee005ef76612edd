// pnpm conformance                   asks an emulator of its own
//   --base-url URL --vault-url URL   asks this server; FORAGE_CLIENT_ID, FORAGE_CLIENT_SECRET and FORAGE_MERCHANT say
//                                    who is asking, FORAGE_FNS_NUMBER is the merchant's other number
//   --write                          also what leaves payment methods and payments behind (test cards)
//   --json FILE                      also writes the results down
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { facts } from './facts.ts'
import { jsonReport, textReport } from './report.ts'
import { runFacts } from './run-facts.ts'
import { chooseServer } from './server.ts'

const { values } = parseArgs({
  options: {
    'base-url': { type: 'string' },
    'vault-url': { type: 'string' },
    json: { type: 'string' },
    write: { type: 'boolean' },
  },
})

const server = await chooseServer({ baseUrl: values['base-url'], vaultUrl: values['vault-url'] }, process.env)
try {
  const results = await runFacts(facts, server.api, server.isOwn || values.write === true)
  console.log(textReport(results))
  if (values.json !== undefined) writeFileSync(values.json, jsonReport(results))
  process.exitCode = results.some(({ status }) => status === 'fail') ? 1 : 0
} finally {
  await server.close()
}
