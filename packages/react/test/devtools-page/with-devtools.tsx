import { createSessionFaults, ForageSessionDevtools } from '@forage-session/react/devtools/production'

import { offlineSession, showShop } from './shop-page.tsx'

showShop(offlineSession(createSessionFaults()), <ForageSessionDevtools />)
