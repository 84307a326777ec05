// The worker of the page. Not here: what it does (`serve`).

import { type ToServer, serve } from "../../editors/server/serve";

const take = serve((said) => postMessage(said));
onmessage = (event: MessageEvent<ToServer>) => take(event.data);
