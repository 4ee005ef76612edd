// Finds Prometheus and its tool on this machine, and installs missing ones.
import { installPackages, which } from './programs.ts'

/** The server, which tests let scrape the sample checkout. */
export const prometheus: string | undefined = process.env['PROMETHEUS_PATH'] ?? which('prometheus')
/** The tool that checks rules and evaluates them over given series. */
export const promtool: string | undefined = process.env['PROMTOOL_PATH'] ?? which('promtool')

if (import.meta.main && !(prometheus && promtool) && !installPackages('prometheus')) {
  console.log(
    'Tests with Prometheus are skipped, because Prometheus is not installed. Install it (on Debian: apt-get install prometheus) and run the command again.',
  )
}
