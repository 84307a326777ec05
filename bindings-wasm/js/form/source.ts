// Where a pack comes from: a name, an address, bytes or rules as text; and rules that replace some
// of it. Not here: what a pack can do.

import init, { GuijuError, loadPack, packFiles, packNames } from "../web.js";
import type { BuiltInPack, Diagnostic, Locale, Pack, RuleFiles } from "../guiju.js";

/**
 * A built-in pack by its name; a compiled one by its address or its bytes; or rule files by
 * name.
 */
export type PackSource = string | URL | BufferSource | RuleFiles;

/** A text with a slash or a dot is an address: names have neither. */
const isAddress = (text: string): boolean => /[./]/.test(text);

/** The pack, once the engine and it are there. */
export async function packFrom(source: PackSource, locale: Locale): Promise<Pack> {
  const url = source instanceof URL || (typeof source === "string" && isAddress(source));
  if (url) {
    await init({ packs: [] });
    return loadPack({ url: new URL(String(source), document.baseURI) }, { locale });
  }
  if (typeof source === "string") {
    await init({ packs: [source as BuiltInPack] });
    return loadPack(source, { locale }) as Pack;
  }
  const bytes = source instanceof ArrayBuffer || ArrayBuffer.isView(source);
  await init(bytes ? { packs: [] } : { packs: [], compiler: true });
  return loadPack(source as BufferSource | RuleFiles, { locale }) as Pack;
}

/** Fetches what compiles rules, which only those need who change some. */
export const compilerReady = (): Promise<void> => init({ packs: [], compiler: true });

/** What can be changed of a pack, where its rules are there as text. */
export async function filesOf(source: PackSource): Promise<RuleFiles> {
  await compilerReady();
  if (typeof source === "string" && packNames().includes(source)) return packFiles(source);
  const texts = typeof source === "object" && !(source instanceof URL);
  const bytes = source instanceof ArrayBuffer || ArrayBuffer.isView(source);
  return texts && !bytes ? { ...(source as RuleFiles) } : {};
}

/**
 * The rules with some files changed: those of the same name take the place of the ones in use;
 * files that declare a pack of their own are a pack of their own.
 */
export function withFiles(current: RuleFiles, changed: RuleFiles): RuleFiles {
  const names = Object.keys(current);
  const replaced = Object.entries(changed).map(
    ([name, text]) => [names.find((known) => known.endsWith(`/${name}`)) ?? name, text] as const,
  );
  const own = replaced.some(
    ([name, text]) => !names.includes(name) && /^\s*(pack|規則包)\s/m.test(text),
  );
  return own ? changed : { ...current, ...Object.fromEntries(replaced) };
}

/** A pack of rules as text, or what is wrong with them. */
export function compiledFrom(files: RuleFiles, locale: Locale): Pack | Diagnostic[] {
  try {
    return loadPack(files, { locale }) as Pack;
  } catch (error) {
    if (error instanceof GuijuError && error.code === "PACK") return [...error.diagnostics];
    throw error;
  }
}
