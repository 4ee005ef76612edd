// Finds the Redis server of this machine, and installs a missing one.
import { installPackages, which } from './programs.ts'

/** The server. Clients use Valkey like Redis. */
export const redisServer: string | undefined =
  process.env['REDIS_SERVER_PATH'] ?? which('redis-server', 'valkey-server')
/** The command-line client, which tests use to dump the server. */
export const redisCli: string | undefined = process.env['REDIS_CLI_PATH'] ?? which('redis-cli', 'valkey-cli')

if (import.meta.main && !(redisServer && redisCli) && !installPackages('redis-server')) {
  console.log(
    'Tests with Redis are skipped, because Redis is not installed. Install it (on Debian: apt-get install redis-server) and run the command again.',
  )
}
