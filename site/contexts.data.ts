// What blocks rest on, as data that the page loads with the editor. Not here: what it is.

import { contexts } from "./blocks";
import type { Contexts } from "./contexts";
import { pages } from "./pages";

declare const data: Contexts;
export { data };

export default { load: () => contexts(pages()) };
