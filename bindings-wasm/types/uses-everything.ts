// Everything the package has, as a strict user of its types would write it. It is compiled, not run.

import type { StandardSchemaV1, StandardJSONSchemaV1 } from "@standard-schema/spec";
import init, { GuijuError, checkPack, loadPack, packFiles, packNames } from "guiju";
import type { Diagnostic, Explanation, Issue, Pack, PackDescription, Progress, Result, StandardIssue, StandardSchema } from "guiju";

await init();
await init({ packs: ["alliance_108", "gloria_108"], wasm: new URL("https://example.org/guiju.wasm") });
await init({ packs: ["alliance_108"], compiler: true });
await init({ compiler: "https://example.org/compiler.wasm", explain: "https://example.org/explainer.wasm" });
await init({ explain: true });
// @ts-expect-error there is no such built-in pack
await init({ packs: ["alliance_99"] });

const names: string[] = packNames();
const pack: Pack = loadPack("alliance_108");
loadPack({ ...packFiles("alliance_108"), "alliance_108/10_members.guiju": "" });
loadPack(names[0] ?? "alliance_108", { locale: "en" });
const own: Pack = loadPack({ "pack.guiju": "pack p" }, { limits: "own", library: { base: { "base.guiju": "pack base" } } });
const findings: Diagnostic[] = checkPack({ "pack.guiju": "pack p" }, { locale: "en" });
const position: number | undefined = findings[0]?.labels[0]?.start?.utf16;

const result: Result = pack.evaluate({ alliances: [{ id: "A1" }] }, { records: true, locale: "en" });
const again: Result = pack.evaluate('{"id": "A1"}', { lines: true, file: "data.jsonl", previous: result, previousFile: "2018.json" });
const value: string | undefined = again.alliances[0]?.kpis["company_members"]?.value;
const high: string | null | undefined = again.programme.kpis["programme_revenue"]?.high;
const warnings: Diagnostic[] = result.warnings;
const reason: string | undefined = result.alliances[0]?.records?.["member"]?.[0]?.verdicts["company_members"]?.reason;
// @ts-expect-error figures are texts, so that nothing is computed with them by mistake
const sum: number = result.alliances[0]?.kpis["company_members"]?.value;

const explanation: Explanation = pack.explain({ alliances: [] }, "A1", { kpi: "company_members" });
pack.explain("{}", "A1", { record: "member/甲公司" }, { locale: "en" });
pack.explain("{}", "A1", { obligation: "exceed_grant" });
// @ts-expect-error one question at a time, and of these kinds
pack.explain("{}", "A1", { tally: "company_members" });

const issues: Issue[] = pack.validate("member", { name: "甲" }, { field: "contract", locale: "en" });
const clause: string | null | undefined = issues[0]?.clause;
const progress: Progress = pack.progress({ id: "A1" }, { locale: "en" });
const telling: string | undefined = progress.kpis["company_members"]?.needs[0]?.path;
const status = progress.obligations[0]?.status satisfies "met" | "not_met" | "undetermined" | "not_applicable" | undefined;

const schema: StandardSchema = pack.schema("member", { level: "warning", locale: "en" });
const standard: StandardSchemaV1 = schema;
const json: StandardJSONSchemaV1 = schema;
const checked = schema["~standard"].validate({});
const path: readonly (string | number)[] | undefined = checked.issues?.[0]?.path;
const told: readonly StandardIssue[] | undefined = checked.issues;
const document: Record<string, unknown> = pack.jsonSchema("member", { locale: "en" });
const input: Record<string, unknown> = json["~standard"].jsonSchema.input({ target: "draft-2020-12" });

const description: PackDescription = pack.describe();
for (const entity of description.entities) {
  for (const field of entity.fields) {
    if (field.kind === "choice") console.log(field.label.zh, field.choices?.map((choice) => choice.label.en ?? choice.name), field.low, field.of);
  }
}

try {
  own.dispose();
} catch (error) {
  if (error instanceof GuijuError && error.code === "PACK") console.log(error.message, error.diagnostics.map((finding) => finding.help));
}
console.log(pack.name, position, value, high, warnings, reason, sum, explanation.text, clause, telling, status, standard, path, told, document, input);
