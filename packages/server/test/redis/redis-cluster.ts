import { freePort, RedisServer } from './redis-server.ts'

const masters = 3

/** A cluster of three masters without replicas. */
export class RedisCluster implements AsyncDisposable {
  readonly nodes: readonly RedisServer[]

  private constructor(nodes: readonly RedisServer[]) {
    this.nodes = nodes
  }

  static async start(): Promise<RedisCluster> {
    const buses = await Promise.all(Array.from({ length: masters }, freePort))
    const nodes = await Promise.all(buses.map((bus) => startNode(bus)))
    const last = 16_383
    for (const [i, node] of nodes.entries()) {
      const [from, to] = [i, i + 1].map((each) => Math.floor((each * (last + 1)) / masters))
      await node.cli('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to! - 1))
      await node.cli('CLUSTER', 'MEET', '127.0.0.1', String(nodes[0]!.port), String(buses[0]))
    }
    for (const node of nodes) await isComplete(node)
    return new RedisCluster(nodes)
  }

  /** Returns the address as REDIS_URL names it. */
  get url(): string {
    return `redis+cluster://${this.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node[Symbol.asyncDispose]()))
  }
}

function startNode(bus: number): Promise<RedisServer> {
  // The default port of the bus, 10,000 above the port of the server, may be too high.
  return RedisServer.start('--cluster-enabled', 'yes', '--cluster-port', String(bus))
}

async function isComplete(node: RedisServer): Promise<void> {
  const isWhole = (info: string): boolean =>
    info.includes('cluster_state:ok') && info.includes(`cluster_size:${masters}`)
  while (!isWhole(await node.cli('CLUSTER', 'INFO')));
}
