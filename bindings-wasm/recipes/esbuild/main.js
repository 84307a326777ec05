import init, { loadPack } from "guiju";
import wasm from "guiju/guiju.wasm";
import alliance_108 from "guiju/packs/alliance_108.pack";

await init({ wasm, packs: { alliance_108 } });
const pack = loadPack("alliance_108");
const own = await loadPack({ url: "/venue_grants.gjc" });
document.querySelector("output").textContent = [pack, own].map(({ name }) => name).join(", ");
