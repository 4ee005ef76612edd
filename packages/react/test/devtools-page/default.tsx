import { createSessionFaults, ForageSessionDevtools } from '@forage-session/react/devtools'

import { offlineSession, showShop } from './shop-page.tsx'

showShop(offlineSession(createSessionFaults()), <ForageSessionDevtools />)
