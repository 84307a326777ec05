// A result and its receipt, made by the documents of in-toto and DSSE, so that nothing of what is checked made them. Not here: tests.

import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { loadPack } from "guiju";

const KIND = "application/vnd.in-toto+json";
export const RULES = `pack shops "店" / "shops"
entity market "市場" / "market" { key id: text }
entity shop "店" / "shop" in market { key name: text  rent "租金" / "rent": money }
tally shops "店數" / "shops" in 家 from shop { require rent > 0 元 else "沒有租金" / "no rent" because "示範"  count } because "示範"
`;
export const DATA = '{"markets": [{"id": "M1", "shop": [{"name": "A", "rent": 5}, {"name": "B", "rent": 0}]}]}';
const VERSION = JSON.parse(readFileSync(new URL("../dist/package.json", import.meta.url), "utf8")).version;
const { publicKey, privateKey } = generateKeyPairSync("ed25519");
export const PEM = publicKey.export({ type: "spki", format: "pem" });

const sha = (text) => ({ sha256: createHash("sha256").update(text).digest("hex") });

/** The result as the command writes it, and its receipt. */
export function sealed({ signed = true, ...changed } = {}) {
  const pack = loadPack({ "shops.guiju": RULES });
  const result = `${JSON.stringify(pack.evaluate(DATA, { locale: "en", records: true }), null, 2)}\n`;
  const materials = [
    { name: "shops.guiju", digest: sha(RULES), annotations: { role: "rules", edition: "shops" } },
    { name: "data.json", digest: sha(DATA), annotations: { role: "data" } },
  ];
  const predicate = { engine: { name: "guiju", version: VERSION }, pack: "shops", options: { locale: "en", records: "true" }, materials, ...changed };
  const statement = {
    _type: "https://in-toto.io/Statement/v1",
    predicate,
    predicateType: "urn:guiju:evaluation:1",
    subject: [{ digest: sha(result), name: "result.json" }],
  };
  const payload = JSON.stringify(sorted(statement));
  const message = Buffer.from(`DSSEv1 ${KIND.length} ${KIND} ${Buffer.byteLength(payload)} ${payload}`);
  const signatures = signed ? [{ keyid: "mine", sig: sign(null, message, privateKey).toString("base64") }] : [];
  return { result, receipt: JSON.stringify({ payloadType: KIND, payload: Buffer.from(payload).toString("base64"), signatures }) };
}

/** The value with its keys in order, as canonical JSON has them. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}
