import init, { loadPack } from "guiju";

await init({ packs: ["alliance_108"] });
const pack = loadPack("alliance_108");
const own = await loadPack({ url: "/venue_grants.gjc" });
document.querySelector("output").textContent = [pack, own].map(({ name }) => name).join(", ");
