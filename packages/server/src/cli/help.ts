export const help = `Usage: forage-tokens COMMAND [options]

Commands
  status       shows the tokens of each pool in the shared store; mints nothing
  rotate       replaces the authentication token of a pool; no session token fails
  compromise   revokes every token of a pool at once and replaces them; its checkouts need new session tokens
  drill        rehearses rotation and compromise under load against the emulator, with its own pools
  doctor       finds problems with the configuration, the API, the clock, the scope, the store and its keys

Options
  --pool NAME        a pool of FORAGE_POOLS; optional if there is only one
  --reason TEXT      the reason for a compromise, for the record
  --yes              do not ask for confirmation
  --host NAME        drill: a host other than the emulator; needs --yes as well
  --json             print one JSON document instead of text
  --help             print this text

Environment
  FORAGE_CLIENT_ID, FORAGE_CLIENT_SECRET   from Forage's dashboard; ..._KIOSK if pool "kiosk" has its own client
  FORAGE_ENVIRONMENT   sandbox (default), production, or an origin such as http://127.0.0.1:4010
  FORAGE_MERCHANT_ID   lets commands verify tokens with real calls; required by drill
  FORAGE_POOLS         the option "pools" as JSON (default {"web":{}})
  FORAGE_CLIENT_AUTH   how the secret is sent: basic (default), basic-raw or post, like the option "clientAuth"
  FORAGE_TOKEN_PATH, FORAGE_SESSION_TOKEN_PATH, FORAGE_REVOKE_PATH, FORAGE_BULK_REVOKE_PATH
  REDIS_URL            the store that your servers share; without a store, only drill and doctor work:
                       redis://[user:password@]host:6379[/database]
                       redis+cluster://[user:password@]host1:6379,host2:6379
                       redis+sentinel://[user:password@]host1:26379,host2:26379/master-name[/database]
                       rediss instead of redis uses TLS (NODE_EXTRA_CA_CERTS names your CA)
  DATABASE_URL         the same in PostgreSQL, if REDIS_URL is not set; FORAGE_TOKEN_TABLE is its table, if not the default
  FORAGE_SEAL_KEY_1    the sealing key "k1"; the highest number seals, unless FORAGE_SEAL_KEY_CURRENT=k1 says otherwise
  FORAGE_INSTANCES     doctor: the number of server processes

Secrets are read from the environment only, never from arguments, and are never printed.

Exit codes: 0 done; 1 failed, or found an error, or a token may be alive after a compromise; 2 misused, and nothing was
done; 3 not confirmed, and nothing was done.
`
