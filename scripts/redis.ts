// Whether this machine has a Redis server, and how a missing one is installed.
import { installPackages, which } from './programs.ts'

/** The server and the client that dumps it. Valkey is the same to its clients. */
export const redisServer: string | undefined =
  process.env['REDIS_SERVER_PATH'] ?? which('redis-server', 'valkey-server')
export const redisCli: string | undefined = process.env['REDIS_CLI_PATH'] ?? which('redis-cli', 'valkey-cli')

if (import.meta.main && !(redisServer && redisCli) && !installPackages('redis-server')) {
  console.log(
    'Without Redis its tests are skipped: install it (on Debian: apt-get install redis-server) and run again.',
  )
}
