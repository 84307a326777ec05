// @ts-check
// A pack's entities as schemas of others: Standard Schema v1 for form libraries, JSON Schema 2020-12 for documents and generators.
// Not here: any judgement, which is the engine's (face.js).

/** @typedef {import("./guiju.js").FieldDescription} Field */
/** @typedef {import("./guiju.js").EntityDescription} Entity */
/** @typedef {Record<string, any>} Json */

export const SEVERITIES = ["advice", "warning", "error"];

/** Segments of a JSON pointer; numbers are places in lists. @param {string} path @returns {(string | number)[]} */
export function segments(path) {
  const parts = path.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** @param {any} pack @param {string} entity @param {{ level: string, locale: string }} options */
export function standardSchema(pack, entity, { level, locale }) {
  const least = SEVERITIES.indexOf(level);
  /**
   * What the pack says. Form libraries have no place for an exception: what cannot be looked at is an issue of the whole.
   * @param {unknown} value @returns {import("./guiju.js").Issue[]}
   */
  const told = (value) => {
    try {
      // A text is a value here, and no JSON.
      return pack.validate(entity, typeof value === "string" ? JSON.stringify(value) : value, { locale });
    } catch (error) {
      const { code, message } = /** @type {import("./guiju.js").GuijuError} */ (error);
      if (code !== "ARGUMENT" && code !== "LIMIT") throw error;
      return [{ path: "", code, severity: "error", message, clause: null }];
    }
  };
  /** @param {unknown} value */
  const validate = (value) => {
    const all = told(value);
    const issues = all.filter((issue) => SEVERITIES.indexOf(issue.severity) >= least);
    if (issues.length === 0) return { value };
    return { issues: issues.map((issue) => ({ ...issue, path: segments(issue.path) })) };
  };
  /** @param {{ target: string }} options */
  const jsonSchema = ({ target }) => {
    if (target !== "draft-2020-12") throw new TypeError(`guiju writes draft-2020-12, not ${target}`);
    return pack.jsonSchema(entity, { locale });
  };
  return { "~standard": { version: 1, vendor: "guiju", validate, jsonSchema: { input: jsonSchema, output: jsonSchema } } };
}

/** Text with nothing in it, `null` or no key at all: all of them are a value that is missing. */
const NOTHING = { type: ["string", "null"], pattern: "^\\s*$" };
const DATE = {
  description: "2019-10-31, 108/10/31, 1081031",
  type: ["string", "integer"],
  minimum: 1000000,
  maximum: 99999999,
  pattern: "^\\s*([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{3,4}[./][0-9]{1,2}[./][0-9]{1,2}|[0-9]{7,8}|民國.+)\\s*$",
};
const MONEY = ["元", "仟元", "千元", "萬元", "億元"];

/** A number or the text of one, as it may be written. @param {string} [sign] @param {string} [unit] @returns {Json} */
const number = (sign = "", unit = "") => ({
  anyOf: [{ type: "number", ...(sign ? {} : { minimum: 0 }) }, { type: "string", pattern: `^\\s*${sign}([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\\.[0-9]+)?${unit}\\s*$` }],
});

/** The same with its unit beside it. @param {Json} amount @param {string[]} units @returns {Json} */
const inUnit = (amount, units) => ({ type: "object", properties: { amount, unit: { enum: [...units, "", null] } }, required: ["amount"], additionalProperties: false });

/** @param {import("./guiju.js").PackDescription} pack @param {Entity} entity @param {string} locale @returns {Json} */
export function describeJsonSchema(pack, entity, locale) {
  /** @param {{ zh: string, en: string | null }} label */
  const say = (label) => (locale === "en" && label.en !== null ? label.en : label.zh);
  const named = (/** @type {Field} */ field) => (field.choices ?? []).map((choice) => ({ const: choice.name, title: say(choice.label) }));

  /** What a field may hold, where it is filled in. @param {Field} field @returns {Json} */
  const value = (field) => {
    const [low, high] = [Number(field.low ?? 0), Number(field.high ?? 0)];
    const among = { oneOf: named(field) };
    switch (field.kind) {
      case "bool":
        return { type: "boolean" };
      case "date":
        return DATE;
      case "period":
        return { type: "object", properties: { start: DATE, end: DATE }, required: ["start", "end"], additionalProperties: false };
      case "money":
        return { anyOf: [number(), inUnit(number(), MONEY)] };
      case "percent":
        return { anyOf: [number("", "%?"), inUnit(number("", "%?"), ["%"])] };
      case "int":
        return { anyOf: [{ type: "integer", minimum: 0 }, { type: "string", pattern: "^\\s*([0-9]+|[0-9]{1,3}(,[0-9]{3})+)\\s*$" }] };
      case "range":
        return { anyOf: [{ type: "integer", minimum: low, maximum: high }, { type: "string", pattern: `^\\s*${high - low > 200 ? "-?[0-9]+" : `(${Array.from({ length: high - low + 1 }, (_, n) => low + n).join("|")})`}\\s*$` }] };
      case "number":
        return { anyOf: [{ type: "number", ...(field.low === undefined ? {} : { minimum: low, maximum: high }) }, inUnit(number("-?"), field.unit ? [field.unit] : []), { type: "string", pattern: "^\\s*[-+]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\\.[0-9]+)?\\s*$" }] };
      case "signed_money":
        return { anyOf: [number("-?"), inUnit(number("-?"), MONEY)] };
      case "choice":
        return among;
      case "list":
        // What is left of it without items that say nothing; a list of none says that there is none.
        return { type: "array", items: { anyOf: [among, NOTHING] }, anyOf: [{ maxItems: 0 }, { contains: among }] };
      default:
        return { type: "string", pattern: "\\S" };
    }
  };
  /** What says that a field is not filled in. @param {Field} field @returns {Json[]} */
  const nothing = ({ kind }) => {
    if (kind === "period") return [NOTHING, { type: "object", properties: { start: NOTHING, end: NOTHING }, additionalProperties: false }];
    if (kind === "money" || kind === "signed_money" || kind === "percent" || kind === "number") return [NOTHING, { type: "object", properties: { amount: NOTHING, unit: {} }, additionalProperties: false }];
    return kind === "list" ? [NOTHING, { type: "array", items: NOTHING }] : [NOTHING];
  };
  /** @param {Field} field @returns {[string, Json]} */
  const property = (field) => {
    const schema = value(field);
    return [field.name, { title: say(field.label), ...(field.optional ? { anyOf: [schema, ...nothing(field)] } : schema) }];
  };
  /** The records that stand in those of an entity. @param {Entity} entity @returns {Json} */
  const lists = (entity) => {
    const children = pack.entities.filter((child) => child.parent === entity.name);
    return Object.fromEntries(children.map((child) => [child.name, { type: ["array", "null"], items: object(child) }]));
  };
  /** @param {Entity} entity @returns {Json} */
  const object = (entity) => ({
    title: say(entity.label),
    type: "object",
    properties: { ...Object.fromEntries(entity.fields.map(property)), ...lists(entity) },
    required: entity.fields.filter((field) => !field.optional).map((field) => field.name),
    additionalProperties: false,
  });

  const schema = { $schema: "https://json-schema.org/draft/2020-12/schema", ...object(entity) };
  if (entity.name === pack.root) {
    const figure = (/** @type {string} */ unit) => {
      const amount = number("-?", unit === "%" ? "%?" : "");
      return { anyOf: [amount, inUnit(amount, unit === "元" ? MONEY : [unit]), NOTHING] };
    };
    const own = pack.kpis.filter((kpi) => !kpi.programme);
    const figures = { type: ["object", "null"], properties: Object.fromEntries(own.map((kpi) => [kpi.name, { title: say(kpi.label), ...figure(kpi.unit) }])), additionalProperties: false };
    const register = { type: ["array", "null"], items: { type: ["string", "integer", "null"] } };
    Object.assign(schema.properties, { targets: figures, previous: figures, reviewed: register, elsewhere: register });
  }
  return schema;
}
