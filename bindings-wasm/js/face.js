// @ts-check
// What people call: packs, results, errors. The engine takes and gives texts; this makes objects of them, and starts the engine anew
// where it has trapped. Not here: starting it the first time (web.js, node.js), schemas (schema.js).

import { addressIn, bytesAt, bytesIn, isResponse } from "./bytes.js";
import { GuijuError } from "./error.js";
import { SEVERITIES, describeJsonSchema, standardSchema } from "./schema.js";

export { GuijuError };

const LOCALES = ["zh-TW", "en"];

/** The texts of a built-in pack, with those of the packs it amends. @typedef {{ name: string, files: [string, string][], amends?: PackSource }} PackSource */

/** @typedef {{ Rules: any, restart: () => void }} Engine */

/** What judges, once it is started. @type {{ current?: Engine }} */
export const engine = {};

/** @typedef {{ check: any, compile: any, restart: () => void }} Compiler */

/** What compiles rules, once it is started; `start` starts it, in hosts that can without waiting. @type {{ current?: Compiler, start?: () => Compiler }} */
export const compiler = {};

/** Counts the engine's lives: what was loaded in an earlier one is gone. */
let life = 0;

/** Judges by this engine from now on; packs are loaded in it when they are next asked. @param {Engine} started */
export function judgeBy(started) {
  engine.current = started;
  life += 1;
}

/** Built-in packs by name, compiled. @type {Map<string, Uint8Array>} */
const library = new Map();

/** Their texts, where they are there. @type {Map<string, PackSource>} */
const texts = new Map();

/** Makes a built-in pack known. @param {string} name @param {Uint8Array} compiled */
export function addPack(name, compiled) {
  library.set(name, compiled);
}

/** Makes the texts of a built-in pack known, and of those it amends. @param {PackSource} pack */
export function addTexts(pack) {
  for (let each = /** @type {PackSource | undefined} */ (pack); each; each = each.amends) texts.set(each.name, each);
}

/** The error for a pack that is not there. @param {string} name @param {string[]} names */
export function known(name, names) {
  return new GuijuError("UNKNOWN_PACK", `沒有內建規則包 \`${name}\`；有 ${names.join("、")} / there is no built-in pack \`${name}\`: ${names.join(", ")}`);
}

/** @type {typeof import("./guiju.js").packNames} */
export function packNames() {
  return [...library.keys()].sort();
}

/** @type {typeof import("./guiju.js").packFiles} */
export function packFiles(name) {
  return Object.fromEntries(textsOf(name).files);
}

/** @param {string} name */
function textsOf(name) {
  const pack = texts.get(name);
  if (pack) return pack;
  throw library.has(name) ? noCompiler() : known(name, packNames());
}

/** @type {any} the overloads are in `guiju.d.ts` */
export const loadPack = /** @param {any} source @param {import("./guiju.js").PackOptions} [options] */ function loadPack(source, options = {}) {
  const locale = asked(options);
  const address = addressIn(source);
  if (address !== undefined || isResponse(source) || typeof source?.then === "function") return arriving(address ?? awaited(source), options, locale);
  const bytes = bytesIn(source);
  if (bytes) return loaded(bytes, options, locale);
  if (typeof source !== "string") rulesOf("source", source);
  if (!engine.current) throw notReady();
  const compiled = typeof source === "string" ? library.get(source) : compiling((started) => started.compile(input(source, options), locale));
  if (!compiled) throw known(String(source), packNames());
  return loaded(compiled, options, locale);
};

/** @param {Uint8Array} compiled @param {import("./guiju.js").PackOptions} options @param {string} locale */
const loaded = (compiled, options, locale) => new LoadedPack(compiled, options.limits === "own", locale);

/** What a promise has to give. @param {any} source */
async function awaited(source) {
  const given = await source;
  if (isResponse(given) || bytesIn(given)) return given;
  throw new GuijuError("ARGUMENT", "`source` 須為 Response 或位元組 / `source` has to be a response or bytes");
}

/** A compiled pack that is not here yet. @param {any} place @param {import("./guiju.js").PackOptions} options @param {string} locale */
async function arriving(place, options, locale) {
  if (!engine.current) throw notReady();
  const given = await place;
  const bytes = await bytesAt(given);
  try {
    return loaded(bytes, options, locale);
  } catch (error) {
    const address = typeof given === "string" || given instanceof URL ? given : given.url ?? given.name;
    if (!(error instanceof GuijuError) || !address) throw error;
    // Most often the address is wrong, and a page of the site came in its place.
    throw new GuijuError(error.code, `${address}: ${error.message}`, error.diagnostics, { cause: error });
  }
}

/** @type {typeof import("./guiju.js").checkPack} */
export function checkPack(source, options = {}) {
  const locale = asked(options);
  if (typeof source !== "string") rulesOf("source", source);
  return JSON.parse(compiling((started) => started.check(input(source, options), locale)));
}

/** The language that is asked for; options that are none are told. @param {import("./guiju.js").PackOptions} options */
function asked(options) {
  const { locale, limits, library } = taken("options", options);
  oneOf("limits", limits, ["untrusted", "own"]);
  if (library !== undefined) taken("library", library);
  return oneOf("locale", locale, LOCALES) ?? "zh-TW";
}

/** The text that is compiled. @param {string | Record<string, string>} source @param {import("./guiju.js").PackOptions} options */
function input(source, options) {
  const files = typeof source === "string" ? textsOf(source).files : Object.entries(source);
  for (const [name, base] of Object.entries(options.library ?? {})) rulesOf(`library.${name}`, base);
  const own = Object.entries(options.library ?? {}).map(([name, base]) => [name, Object.entries(base)]);
  const builtIn = [...texts.values()].map((pack) => [pack.name, pack.files]);
  return JSON.stringify({ files, library: Object.fromEntries([...builtIn, ...own]), trusted: options.limits === "own" });
}

function notReady() {
  return new GuijuError("NOT_READY", "引擎尚未啟動：請先 `await init()` / the engine is not started: `await init()` first");
}

function noExplainer() {
  return new GuijuError("NOT_READY", "要說明原因或用較早年度的結果，請先 `await init({ explain: true })` / for reasons and results of earlier years, `await init({ explain: true })` first");
}

function noCompiler() {
  return new GuijuError("NOT_READY", "要讀規則的文字，請先 `await init({ compiler: true })` / for rules as text, `await init({ compiler: true })` first");
}

/** Runs a call of the engine. @template T @param {(started: NonNullable<typeof engine.current>) => T} work @returns {T} */
function judging(work) {
  if (!engine.current) throw notReady();
  return guarded(engine.current, work, () => (life += 1));
}

/** Runs a call of the compiler. @template T @param {(started: Compiler) => T} work @returns {T} */
function compiling(work) {
  compiler.current ??= compiler.start?.();
  if (!compiler.current) throw noCompiler();
  return guarded(compiler.current, work);
}

/**
 * Runs a call of a module. Its own errors are texts; anything else means that it stopped in the middle: its memory cannot be trusted
 * any more, so a new one takes its place.
 * @template {{ restart: () => void }} M @template T @param {M} module @param {(module: M) => T} work @param {() => void} [lost] @returns {T}
 */
export function guarded(module, work, lost) {
  try {
    return work(module);
  } catch (error) {
    if (typeof error === "string") {
      const { code, message, diagnostics } = JSON.parse(error);
      throw new GuijuError(code, message, diagnostics);
    }
    if (error instanceof GuijuError) throw error;
    lost?.();
    module.restart();
    throw new GuijuError("TRAP", "引擎中斷，已重新啟動 / the engine stopped and was started anew", [], { cause: error });
  }
}

/** Data as the text that the engine reads. @param {unknown} data @param {typeof exact} [number] what becomes of numbers without a form in JSON */
function text(data, number = exact) {
  if (typeof data === "string") return data;
  try {
    const written = JSON.stringify(data, number);
    if (written !== undefined) return written;
  } catch (error) {
    if (error instanceof GuijuError) throw error;
    throw new GuijuError("ARGUMENT", `資料無法寫成 JSON / the data cannot be written as JSON: ${error instanceof Error ? error.message : error}`);
  }
  throw new GuijuError("ARGUMENT", `沒有資料：${typeof data} / there is no data: ${typeof data}`);
}

/** Numbers of JavaScript that JSON has no form for must not turn into missing values in silence. @param {string} key @param {unknown} value */
function exact(key, value) {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new GuijuError("ARGUMENT", `\`${key}\` 是 ${value}：尚未知道的數字請用 null / \`${key}\` is ${value}: use null for a number that is not known`);
  }
  return value;
}

/**
 * The same in a record in the making, which a form may hand over with anything in it: `NaN`, the number of an emptied input, is a value
 * that the engine says is none, and not the end of the call.
 * @param {string} key @param {unknown} value
 */
function entered(key, value) {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : exact(key, value);
}

/** An object where one is needed. @template T @param {string} name @param {T} value @returns {NonNullable<T>} */
export function taken(name, value) {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new GuijuError("ARGUMENT", `\`${name}\` 須為物件 / \`${name}\` has to be an object`);
}

/** Texts by file name, where rules are needed. @param {string} name @param {unknown} value */
function rulesOf(name, value) {
  for (const [file, rules] of Object.entries(taken(name, value))) {
    if (typeof rules !== "string") throw new GuijuError("ARGUMENT", `\`${name}\` 的 \`${file}\` 須為文字 / \`${file}\` of \`${name}\` has to be a text`);
  }
}

/** The rules, where the engine gives reasons and knows earlier years. @param {any} rules */
function explaining(rules) {
  if (!rules.explain) throw noExplainer();
  return rules;
}

/** The result of an earlier year and its name, where there is one. @param {import("./guiju.js").EvaluateOptions} options */
function earlier({ previous, previousFile }) {
  return previous === undefined ? undefined : [text(previous), textOrNothing("previousFile", previousFile)];
}

/** What is no text where one is needed. @template T @param {string} name @param {T} value @returns {T} */
function textOrNothing(name, value) {
  if (value === undefined || value === null || typeof value === "string") return value;
  throw new GuijuError("ARGUMENT", `\`${name}\` 須為文字 / \`${name}\` has to be a text`);
}

/** One of the values that an option takes, or nothing. @template T @param {string} name @param {T} value @param {string[]} values */
function oneOf(name, value, values) {
  const given = textOrNothing(name, value);
  if (given === undefined || given === null || values.includes(String(given))) return given;
  throw new GuijuError("ARGUMENT", `\`${name}\` 須為 ${values.join("、")} / \`${name}\` has to be one of ${values.join(", ")}`);
}

/** A pack, loaded in the engine's present life, or again where that has changed. */
class LoadedPack {
  /** Undefined once the pack was disposed of. @type {Uint8Array | undefined} */
  #compiled;
  #own;
  #locale;
  /** @type {any} */
  #rules;
  #life = -1;
  /** @type {import("./guiju.js").PackDescription} */
  #description;

  /** @param {Uint8Array} compiled @param {boolean} own @param {string} locale */
  constructor(compiled, own, locale) {
    this.#compiled = compiled;
    this.#own = own;
    this.#locale = locale;
    this.#description = JSON.parse(this.#call((rules) => rules.describe()));
  }

  /** @template T @param {(rules: any) => T} work @returns {T} */
  #call(work) {
    return judging((started) => {
      if (!this.#compiled) throw new GuijuError("DISPOSED", "規則包已釋放 / the pack was disposed of");
      if (this.#life !== life) {
        this.#rules = new started.Rules(this.#compiled, this.#own, this.#locale);
        this.#life = life;
      }
      return work(this.#rules);
    });
  }

  get name() {
    return this.#description.name;
  }

  describe() {
    return this.#description;
  }

  /** @param {unknown} data @param {import("./guiju.js").EvaluateOptions} [options] */
  evaluate(data, options = {}) {
    const { records, lines, file } = taken("options", options);
    const rest = [text(data), this.#language(options), Boolean(records), Boolean(lines), textOrNothing("file", file)];
    const before = earlier(options);
    const answer = this.#call((rules) => (before ? explaining(rules).evaluateAfter(...before, ...rest) : rules.evaluate(...rest)));
    const [result, warnings] = JSON.parse(answer);
    // Beside the result, not in it: its JSON stays that of every other host.
    return Object.defineProperty(result, "warnings", { value: warnings });
  }

  /** @param {unknown} data @param {string | null} id @param {import("./guiju.js").Question} [question] @param {import("./guiju.js").EvaluateOptions} [options] */
  explain(data, id, question, options = {}) {
    if (typeof id !== "string" && id !== null) throw new GuijuError("ARGUMENT", "`id` 須為文字，或整體計畫的 null / `id` has to be a text, or null for the programme");
    const [[kind, name] = ["", undefined], ...more] = question === undefined ? [["", ""]] : Object.entries(taken("question", question));
    if (more.length > 0 || typeof name !== "string") throw new GuijuError("ARGUMENT", "一次問一項 / one question at a time");
    const { lines, file } = taken("options", options);
    const rest = [...(earlier(options) ?? [undefined, undefined]), text(data), this.#language(options), Boolean(lines), textOrNothing("file", file)];
    const [answer, words] = JSON.parse(this.#call((rules) => explaining(rules).explain(id ?? undefined, kind, name, ...rest)));
    return { ...answer, text: words };
  }

  /** @param {string} entity @param {unknown} record @param {import("./guiju.js").ValidateOptions} [options] */
  validate(entity, record, options = {}) {
    const field = textOrNothing("field", taken("options", options).field);
    const { name } = this.#entity(entity);
    const [given, locale] = [text(record, entered), this.#language(options)];
    const issues = JSON.parse(this.#call((rules) => rules.validate(name, given, locale)));
    if (field === undefined || field === null) return issues;
    return issues.filter((/** @type {import("./guiju.js").Issue} */ { path }) => path === `/${field}` || path.startsWith(`/${field}/`));
  }

  /** @param {unknown} root @param {import("./guiju.js").LocaleOptions} [options] */
  progress(root, options = {}) {
    const [given, locale] = [text(root, entered), this.#language(taken("options", options))];
    return JSON.parse(this.#call((rules) => rules.progress(given, locale)));
  }

  /** @param {string} entity @param {import("./guiju.js").SchemaOptions} [options] */
  schema(entity, options = {}) {
    const { level = "error" } = taken("options", options);
    oneOf("level", level, SEVERITIES);
    return standardSchema(this, this.#entity(entity).name, { level, locale: this.#language(options) });
  }

  /** @param {string} entity @param {import("./guiju.js").LocaleOptions} [options] */
  jsonSchema(entity, options = {}) {
    return describeJsonSchema(this.#description, this.#entity(entity), this.#language(taken("options", options)));
  }

  compiled() {
    if (!this.#compiled) throw new GuijuError("DISPOSED", "規則包已釋放 / the pack was disposed of");
    return this.#compiled.slice();
  }

  dispose() {
    if (this.#life === life) this.#rules?.free();
    this.#rules = this.#compiled = undefined;
  }

  [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
    this.dispose();
  }

  /** @param {string} name */
  #entity(name) {
    if (typeof name !== "string") throw new GuijuError("ARGUMENT", "`entity` 須為文字 / `entity` has to be a text");
    const entity = this.#description.entities.find((entity) => entity.name === name);
    if (entity) return entity;
    const names = this.#description.entities.map((entity) => entity.name).join(", ");
    throw new GuijuError("ENTITY", `沒有名為 \`${name}\` 的資料類別 / there is no entity \`${name}\`: ${names}`);
  }

  /** @param {import("./guiju.js").LocaleOptions} options */
  #language({ locale }) {
    return oneOf("locale", locale, LOCALES) ?? this.#locale;
  }
}
