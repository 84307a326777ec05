import { Worker } from "node:worker_threads";

const worker = new Worker(new URL("./worker.mjs", import.meta.url));
worker.postMessage({ alliances: [{ id: "A1", member: [{ name: "甲公司" }] }] });
worker.once("message", ({ alliances }) => {
  console.log(alliances[0].kpis.company_members.state);
  worker.terminate();
});
