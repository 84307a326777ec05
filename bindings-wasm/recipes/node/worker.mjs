import { parentPort } from "node:worker_threads";
import { loadPack } from "guiju";

const pack = loadPack("alliance_108");
parentPort.on("message", (data) => parentPort.postMessage(pack.evaluate(data)));
