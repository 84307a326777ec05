// The example of docs/browser.md. It is compiled, not run.

import init, { loadPack } from "guiju";
import type { LibraryGrants } from "./library_grants.js";

await init({ packs: [] });
const pack = await loadPack<LibraryGrants>({ url: "/library_grants.gjc" });
const result = pack.evaluate({ grantees: [{ id: "G1", branch: [{ name: "總館", kind: "public" }] }] });
result.grantees[0]?.kpis.open_branches.value;
// @ts-expect-error there is no such KPI
result.grantees[0]?.kpis["no_such"];
