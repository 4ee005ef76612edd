// Runs the React rows in a separate process, because React needs a browser's globals. Vite compiles the JSX.
import { fileURLToPath } from 'node:url'

import { runnerImport } from 'vite'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

const { module } = await runnerImport<typeof import('./react-renders.tsx')>(path('react-renders.tsx'), {
  configFile: path('../../../../vite.config.ts'),
  root: path('../..'),
  logLevel: 'error',
})
process.send?.(module.rows, () => process.exit())
if (!process.send) console.log(module.rows)
