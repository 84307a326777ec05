// Packs with their types: what is right compiles, and what is wrong does not, each for its own reason. It is compiled, not run.

import init, { loadPack } from "guiju";
import type { Alliance108, DataOf, Draft, Kpi, Pack, PackTypes, RecordOf, Result } from "guiju";
import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { useForm } from "react-hook-form";

import type { LibraryGrants } from "./library_grants.js";
import type { VenueGrants } from "./venue_grants.js";

await init({ packs: ["alliance_108"] });

// Built-in packs have their types by their name; others are told theirs.
const alliance = loadPack("alliance_108");
const named: Pack<Alliance108> = alliance;
const library = await loadPack<LibraryGrants>({ url: "/library_grants.gjc" });
const venues: Pack<VenueGrants> = loadPack<VenueGrants>(new Uint8Array());
loadPack<VenueGrants>(new ArrayBuffer(8));
const fetched: Pack<VenueGrants> = await loadPack<VenueGrants>(fetch("/venue_grants.gjc"));
const untyped: Pack = await loadPack(await fetch("/venue_grants.gjc"));
await loadPack<VenueGrants>({ url: new URL("https://example.org/venue_grants.gjc") }, { locale: "en", limits: "own" });
// @ts-expect-error an address takes a promise to come from
const early: Pack<VenueGrants> = loadPack<VenueGrants>({ url: "/venue_grants.gjc" });
// @ts-expect-error these are no types of a pack
loadPack<{ kpis: string }>(new Uint8Array());
// @ts-expect-error a pack is no number
loadPack<VenueGrants>(5);

// Results, by root.
const result = library.evaluate({ grantees: [{ id: "G1", grant: { amount: "300", unit: "仟元" }, branch: [{ name: "總館", kind: "public", seats: 60 }] }] });
const share: "%" | undefined = result.grantees[0]?.kpis.own_share.unit;
const branches: Kpi<"館"> | undefined = result.grantees[0]?.kpis.open_branches;
const part: Kpi<"館"> | undefined = result.grantees[0]?.kpis["open_branches.full"];
const verdict = result.grantees[0]?.records?.branch[0]?.verdicts.open_branches?.verdict;
const status = result.grantees[0]?.obligations.find(({ id }) => id === "own_funds")?.status;
// @ts-expect-error there is no such KPI
result.grantees[0]?.kpis["no_such"];
// @ts-expect-error nor by this spelling
result.grantees[0]?.kpis.openBranches;
// @ts-expect-error these roots are grantees
result.alliances;
// @ts-expect-error no tally judges grantees
result.grantees[0]?.records?.grantee;
// @ts-expect-error another entity's tally
result.grantees[0]?.records?.branch[0]?.verdicts.loans;
// @ts-expect-error there is no such obligation
result.grantees[0]?.obligations.find(({ id }) => id === "no_such");
const members: Kpi<"家"> | undefined = alliance.evaluate({ alliances: [{ id: "A1" }] }, { records: true }).alliances[0]?.kpis.company_members;
const ofField: Kpi | undefined = alliance.evaluate("{}").programme.groups.field.ict?.kpis.programme_revenue;
// @ts-expect-error there is no such field of study
alliance.evaluate("{}").programme.groups.field.alchemy;

// Data: gaps are data, other names and values are none.
const gaps: DataOf<Alliance108> = { alliances: [{ id: "A1", grant: null, member: [{ name: "甲公司" }], targets: { company_members: 24 } }] };
alliance.evaluate(JSON.stringify(gaps));
// @ts-expect-error there is no such list of records
alliance.evaluate({ alliances: [{ id: "A1", members: [] }] });
// @ts-expect-error there is no such choice
alliance.evaluate({ alliances: [{ id: "A1", member: [{ name: "甲公司", kind: "firm" }] }] });
// @ts-expect-error a period has two ends
alliance.evaluate({ alliances: [{ id: "A1", member: [{ name: "甲公司", contract: { start: "108/02/01" } }] }] });
// @ts-expect-error a phase is 1 or 2
alliance.evaluate({ alliances: [{ id: "A1", phase: 3 }] });
// @ts-expect-error there is no such KPI to aim at
alliance.evaluate({ alliances: [{ id: "A1", targets: { no_such: 1 } }] });
// @ts-expect-error these are the roots of another pack
alliance.evaluate({ grantees: [] });
// @ts-expect-error there is no such unit of money
alliance.evaluate({ alliances: [{ id: "A1", grant: { amount: 5, unit: "美元" } }] });

// Records: complete ones, and ones in the making.
const session: RecordOf<VenueGrants, "session"> = { id: "S1", held: "113/05/01", people: 20, grade: "2", year: 113, lease: "113/01/01..113/12/31", marks: ["photo"], balance: "-5", after: "S0" };
// @ts-expect-error people are not optional
const short: RecordOf<VenueGrants, "session"> = { id: "S1", held: "113/05/01", grade: 1, year: 113 };
const wide: RecordOf<VenueGrants, "grantee"> = { id: "1", region: "南區", temperature: { amount: "-3.5" }, session: [session], targets: { sessions: 3, "sessions.first": "1" } };
const programme: DataOf<VenueGrants> = { grantees: [wide], programme: { budget: "5", targets: { 總場次: 9, spent: null } } };
const draft: Draft<RecordOf<VenueGrants, "session">> = { people: "abc", marks: "" };
venues.validate("session", draft, { field: "people" });
venues.validate("grantee", { id: "", session: [{ people: NaN }] });
venues.progress({ session: [{ people: "" }] }).kpis.sessions.low;
// @ts-expect-error there is no such entity
venues.validate("sesion", {});
// @ts-expect-error there is no such field
venues.validate("session", { peple: 5 });
// @ts-expect-error nor in a child
venues.validate("grantee", { session: [{ peple: 5 }] });
// @ts-expect-error nor to ask about
venues.validate("session", {}, { field: "peple" });
// @ts-expect-error there is no such KPI
venues.progress({}).kpis.no_such;
// @ts-expect-error there is no such entity
venues.jsonSchema("sesion");
venues.explain(programme, "1", { record: "session/S1" });
venues.explain(programme, null, { kpi: "總場次" });
// @ts-expect-error there is no such KPI
venues.explain(programme, "1", { kpi: "no_such" });
// @ts-expect-error there is no such entity
venues.explain(programme, "1", { record: "sesion/S1" });

// Forms have the fields of the entity, by the schema alone.
const form = useForm({ resolver: standardSchemaResolver(venues.schema("session", { level: "warning" })), defaultValues: { id: "", people: "20" } });
form.register("people");
// @ts-expect-error there is no such field
form.register("peple");
// @ts-expect-error there is no such entity
venues.schema("sesion");
interface Held { held: string }
const own = venues.schema<Held>("session")["~standard"].validate({});
const held: string | undefined = own.issues ? undefined : own.value.held;

// Code for any pack takes packs of any types.
function counted<T extends PackTypes>(pack: Pack<T>): number {
  return pack.describe().kpis.length;
}
const loose: Pack = alliance;
const result108: Result = loose.evaluate("{}");
console.log(counted(alliance) + counted(library) + counted(untyped), named, fetched, early, share, branches, part, verdict, status, members, ofField, short, held, result108);
