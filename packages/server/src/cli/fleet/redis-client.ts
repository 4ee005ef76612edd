import type { RedisClientType } from 'redis'

import type { NodeRedisClient } from '../../store/redis/redis-client.ts'
import type { RedisAddress } from '../configuration/redis-address.ts'

type RedisPackage = typeof import('redis')

/** A Redis server that holds slots. */
export interface RedisNode {
  /** Host and port. Undefined if it is the only one. */
  name?: string
  client: Pick<RedisClientType, 'info' | 'configGet' | 'ping'>
  clientList(): Promise<string>
}

/** A client of a server, a cluster or Sentinels. It is not connected yet. */
export interface ConnectedRedis {
  client: NodeRedisClient & { on(event: string, listener: (event: unknown) => void): unknown }
  connect(): Promise<unknown>
  close(): Promise<void>
  nodes(): Promise<RedisNode[]>
}

// An outage ends the command: a client that reconnects without end would keep it from saying so.
const socket = { connectTimeout: 3000, reconnectStrategy: false } as const

/** Creates the client for an address. */
export function connectRedis(redis: RedisPackage, address: RedisAddress): ConnectedRedis {
  switch (address.kind) {
    case 'server':
      return connectServer(redis, address)
    case 'cluster':
      return connectCluster(redis, address)
    case 'sentinel':
      return connectSentinel(redis, address)
  }
}

type AddressOf<Kind extends RedisAddress['kind']> = Extract<RedisAddress, { kind: Kind }>

function connectServer({ createClient }: RedisPackage, { url }: AddressOf<'server'>): ConnectedRedis {
  const client = createClient({ url, socket, disableOfflineQueue: true }) as RedisClientType
  return {
    client,
    connect: () => client.connect(),
    close: () => ended(() => client.destroy()),
    nodes: async () => [nodeOf(client)],
  }
}

function connectCluster({ createCluster }: RedisPackage, address: AddressOf<'cluster'>): ConnectedRedis {
  const { nodes, isTls, username, password } = address
  const cluster = createCluster({
    rootNodes: nodes.map((node) => ({ socket: node })),
    defaults: {
      ...login(username, password),
      socket: { ...socket, ...tls(isTls) },
      disableOfflineQueue: true,
    },
  })
  return {
    client: cluster,
    connect: () => cluster.connect(),
    close: () => ended(() => cluster.destroy()),
    nodes: () =>
      Promise.all(
        cluster.masters.map(async (master) => ({
          ...nodeOf((await cluster.nodeClient(master)) as RedisClientType),
          name: master.address,
        })),
      ),
  }
}

function connectSentinel({ createSentinel }: RedisPackage, address: AddressOf<'sentinel'>): ConnectedRedis {
  const { sentinels, master, database, isTls, username, password, sentinelLogin } = address
  // This client finds the master again when it reconnects.
  const sockets = { connectTimeout: socket.connectTimeout, ...tls(isTls) }
  const sentinel = createSentinel({
    name: master,
    sentinelRootNodes: sentinels,
    nodeClientOptions: { ...login(username, password), database, socket: sockets },
    sentinelClientOptions: { ...login(sentinelLogin.username, sentinelLogin.password), socket: sockets },
  })
  const clientList = (): Promise<string> => sentinel.sendCommand<string>(false, ['CLIENT', 'LIST'])
  return {
    client: sentinel,
    connect: () => sentinel.connect(),
    close: () => ended(() => sentinel.destroy()),
    nodes: async () => [{ client: sentinel, clientList }],
  }
}

function nodeOf(client: RedisClientType): RedisNode {
  return { client, clientList: () => client.sendCommand<string>(['CLIENT', 'LIST']) }
}

function login(username: string | undefined, password: string | undefined): object {
  return { ...(username !== undefined && { username }), ...(password !== undefined && { password }) }
}

function tls(isTls: boolean): { tls?: true } {
  return isTls ? { tls: true } : {}
}

/** Some clients throw or reject if they are not connected. */
async function ended(end: () => unknown): Promise<void> {
  try {
    await end()
  } catch {
    // There is nothing left to close.
  }
}
