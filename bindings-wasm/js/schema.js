// @ts-check
// A pack's entities as schemas of others: Standard Schema v1 for form libraries, JSON Schema 2020-12 for documents and generators.
// Not here: any judgement, which is the engine's (face.js).

/** @typedef {import("./guiju.js").FieldDescription} Field */
/** @typedef {import("./guiju.js").EntityDescription} Entity */
/** @typedef {Record<string, any>} Json */

const SEVERITIES = ["advice", "warning", "error"];

/** Segments of a JSON pointer; numbers are places in lists. @param {string} path @returns {(string | number)[]} */
export function segments(path) {
  const parts = path.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** @param {any} pack @param {string} entity @param {import("./guiju.js").SchemaOptions} options */
export function standardSchema(pack, entity, { level = "error", locale }) {
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

const DECIMAL = { type: "string", pattern: "^-?[0-9][0-9,]*(\\.[0-9]+)?$" };
const DATE = {
  description: "2019-10-31, 108/10/31, 1081031",
  type: ["string", "integer"],
  pattern: "^([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{3,4}[./][0-9]{1,2}[./][0-9]{1,2}|[0-9]{7,8}|民國.+)$",
};

/** @param {import("./guiju.js").PackDescription} pack @param {Entity} entity @param {string} locale @returns {Json} */
export function describeJsonSchema(pack, entity, locale) {
  /** @param {{ zh: string, en: string | null }} label */
  const say = (label) => (locale === "en" && label.en !== null ? label.en : label.zh);
  const named = (/** @type {Field} */ field) => (field.choices ?? []).map((choice) => ({ const: choice.name, title: say(choice.label) }));

  /** What a field may hold. @param {Field} field @returns {Json} */
  const value = (field) => {
    switch (field.kind) {
      case "bool":
        return { type: "boolean" };
      case "date":
        return DATE;
      case "period":
        return { type: "object", properties: { start: DATE, end: DATE }, required: ["start", "end"], additionalProperties: false };
      case "money":
      case "percent":
        return { anyOf: [{ type: "number", minimum: 0 }, DECIMAL, inUnit(field.kind === "money" ? ["元", "仟元", "千元", "萬元", "億元"] : ["%"])] };
      case "int":
        return { anyOf: [{ type: "integer", minimum: 0 }, DECIMAL] };
      case "range":
        return { anyOf: [{ type: "integer", minimum: field.low, maximum: field.high }, DECIMAL] };
      case "choice":
        return { oneOf: named(field) };
      case "list":
        return { type: "array", items: { oneOf: named(field) } };
      default:
        return { type: "string", minLength: field.optional ? 0 : 1 };
    }
  };
  /** @param {Field} field @returns {[string, Json]} */
  const property = (field) => {
    const schema = value(field);
    return [field.name, { title: say(field.label), ...(field.optional ? { anyOf: [schema, { type: "null" }] } : schema) }];
  };
  /** @param {Entity} entity @returns {Json} */
  const object = (entity) => ({
    title: say(entity.label),
    type: "object",
    properties: Object.fromEntries(entity.fields.map(property)),
    required: entity.fields.filter((field) => !field.optional).map((field) => field.name),
    additionalProperties: false,
  });

  const schema = { $schema: "https://json-schema.org/draft/2020-12/schema", ...object(entity) };
  if (entity.name === pack.root) {
    const children = pack.entities.filter((child) => child.child);
    const figures = { type: "object", properties: Object.fromEntries(pack.kpis.filter((kpi) => !kpi.programme).map((kpi) => [kpi.name, { title: say(kpi.label), anyOf: [{ type: "number" }, DECIMAL] }])), additionalProperties: false };
    const register = { type: "array", items: { type: ["string", "integer"] } };
    Object.assign(schema.properties, Object.fromEntries(children.map((child) => [child.name, { type: "array", items: object(child) }])));
    Object.assign(schema.properties, { targets: figures, previous: figures, reviewed: register, elsewhere: register });
  }
  return schema;
}

/** @param {string[]} units @returns {Json} */
function inUnit(units) {
  return { type: "object", properties: { amount: { anyOf: [{ type: "number" }, DECIMAL] }, unit: { enum: units } }, required: ["amount"], additionalProperties: false };
}
