//! A name changed everywhere it stands, or the reason why it is not.
//!
//! Whether the change is right is not guessed: the changed texts are read and checked again. Every
//! word has to stand for what it stood for, and nothing may be wrong that was not. Not here: where
//! a name stands (`find`).

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use guiju::{Diagnostic, Limits, Localized, Severity, Span};
use guiju_compiler::names::{NameKind, Named};
use guiju_compiler::syntax::{TokenKind, placed};
use guiju_model::schema::PROGRAMME;
use guiju_model::words::{NAMES, Name, is_reserved};

use super::find::{Occurrences, occurrences};
use crate::analysis::{Analysis, bytes};
use crate::text::{Edit, Place, Reach, Text};
use crate::workspace::Workspace;

/// What is to be changed in each file.
pub type Edits = BTreeMap<String, Vec<Edit>>;

/// The name at a place and where it stands there, if it can be changed at all.
///
/// # Errors
/// Why it cannot be changed.
pub fn prepare(
    workspace: &Workspace,
    path: &str,
    place: Place,
) -> Result<(String, Reach), Localized> {
    let analysis = workspace.analysis(path);
    let mentions = analysis.at(path, place);
    let of_pack =
        |named: &&Named| named.symbol.kind != NameKind::Entity || named.symbol.name != PROGRAMME;
    let Some((mention, named)) = mentions
        .first()
        .and_then(|mention| Some((mention, analysis.names.named(mention.named).filter(of_pack)?)))
    else {
        return Err(Localized::new(
            "這裡沒有可以改名的名稱：它屬於語言本身，或沒有在任何地方宣告",
            "there is no name here that can be changed: it belongs to the language, or nothing declares it",
        ));
    };
    if named.symbol.kind == NameKind::Pack {
        return Err(Localized::new(
            "規則包的名稱要和資料夾一起改：後一版依資料夾的名稱找到它",
            "a pack is renamed together with its folder, by whose name later editions find it",
        ));
    }
    let foreign = mentions
        .iter()
        .filter_map(|mention| analysis.names.named(mention.named))
        .find_map(|named| foreign(&analysis, named));
    if let Some(pack) = foreign {
        return Err(Localized::new(
            format!("`{}` 在 {pack} 宣告，那不是這個工作區裡的檔案", named.symbol.name),
            format!(
                "`{}` is declared by {pack}, which is no file of this workspace",
                named.symbol.name
            ),
        ));
    }
    let spot = analysis.spot(mention.span).ok_or_else(Localized::default)?;
    Ok((analysis.slice(mention.span).to_owned(), spot.reach))
}

/// The file that comes with the program and declares a name.
fn foreign(analysis: &Analysis, named: &Named) -> Option<String> {
    let declared =
        named.declared.iter().find(|declared| !analysis.is_changeable(declared.name.source))?;
    Some(analysis.path(declared.name.source).to_owned())
}

/// What has to be changed in each file so that a name is another one.
///
/// # Errors
/// Why it is not changed.
pub fn rename(
    workspace: &Workspace,
    path: &str,
    place: Place,
    to: &str,
) -> Result<Edits, Localized> {
    prepare(workspace, path, place)?;
    let analysis = workspace.analysis(path);
    let kind = analysis
        .at(path, place)
        .first()
        .and_then(|mention| analysis.names.named(mention.named))
        .map(|named| named.symbol.kind);
    spelled(kind, to)?;
    let found = occurrences(workspace, path, place, true);
    readable(&found, &analysis, path, place)?;
    let mut ranges: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    for (number, span, file, _) in &found.spots {
        let Some(analysis) = found.line.get(*number) else { continue };
        if !analysis.is_changeable(span.source) {
            return Err(Localized::new(
                format!("它也用在 {file}，那不是這個工作區裡的檔案"),
                format!("it is used in {file} too, which is no file of this workspace"),
            ));
        }
        ranges.entry(file.clone()).or_default().push(*span);
    }
    let texts: HashMap<&str, &Text> = found
        .spots
        .iter()
        .filter_map(|(number, span, file, _)| {
            Some((file.as_str(), found.line.get(*number)?.text(span.source)?))
        })
        .collect();
    let (mut edits, mut changed) = (Edits::new(), Vec::new());
    for (file, spans) in &mut ranges {
        spans.sort();
        spans.dedup();
        let Some(text) = texts.get(file.as_str()) else { continue };
        let (mut out, mut end) = (String::new(), 0);
        for span in spans.iter() {
            let range = bytes(*span);
            out.push_str(text.as_str().get(end..range.start).unwrap_or_default());
            out.push_str(to);
            end = range.end;
            edits
                .entry(file.clone())
                .or_default()
                .push(Edit { reach: text.reach(range), text: to.to_owned() });
        }
        out.push_str(text.as_str().get(end..).unwrap_or_default());
        changed.push((file.clone(), Text::new(out)));
    }
    let after = workspace.with(changed);
    for before in &found.line {
        same(before, &after.pack(&before.folder), to, workspace.limits())?;
    }
    Ok(edits)
}

/// Whether a word can be a name of a kind.
fn spelled(kind: Option<NameKind>, to: &str) -> Result<(), Localized> {
    let refuse =
        |zh: &str, en: &str| Err(Localized::new(format!("`{to}` {zh}"), format!("`{to}` {en}")));
    if kind == Some(NameKind::Clause) {
        let sign = |c: char| matches!(c, '-' | '.');
        let sound = !to.is_empty()
            && !to.starts_with(sign)
            && !to.ends_with(sign)
            && to.chars().all(|c| c.is_alphanumeric() || c == '_' || sign(c));
        return if sound {
            Ok(())
        } else {
            refuse(
                "不是條號：只能用字母、數字，中間可以有 `-` 和 `.`",
                "is no clause id: letters and digits, with `-` and `.` between them",
            )
        };
    }
    let tokens: Vec<_> = placed(to).collect();
    let is_word = matches!(tokens.as_slice(), [(token, place)] if token.kind == TokenKind::Word && place.len() == to.len());
    if !is_word {
        return refuse(
            "不是名稱：要以字母或 `_` 開頭，只用字母、數字和 `_`",
            "is no name: it begins with a letter or `_`, and has letters, digits and `_` only",
        );
    }
    // Other words of the language may be names too, where they hide nothing.
    let hides = |of: &Name| match (of, kind) {
        (Name::Type, kind) => kind == Some(NameKind::Entity),
        (Name::Function, kind) => kind == Some(NameKind::Table),
        (Name::Figure, Some(kind)) => {
            matches!(
                kind,
                NameKind::Constant
                    | NameKind::Table
                    | NameKind::Tally
                    | NameKind::Kpi
                    | NameKind::Field
                    | NameKind::Value
            )
        }
        (Name::Figure, None) => false,
        (Name::Flag | Name::Period | Name::Programme | Name::Given, _) => true,
    };
    if is_reserved(to)
        || NAMES
            .iter()
            .any(|(of, english, chinese)| [*english, *chinese].contains(&to) && hides(of))
    {
        return refuse("是語言本身的詞", "is a word of the language");
    }
    Ok(())
}

/// Refuses where the name may stand in something that cannot be read.
fn readable(
    found: &Occurrences,
    own: &Rc<Analysis>,
    path: &str,
    place: Place,
) -> Result<(), Localized> {
    let old: Vec<String> = own
        .at(path, place)
        .iter()
        .filter_map(|mention| own.names.named(mention.named))
        .map(|named| named.symbol.name.clone())
        .collect();
    for analysis in &found.line {
        for span in analysis.names.unread() {
            let has = placed(analysis.slice(*span)).any(|(token, _)| old.contains(&token.text));
            if has && let Some(spot) = analysis.spot(*span) {
                let line = spot.reach.start.line + 1;
                return Err(Localized::new(
                    format!("{}:{line} 有讀不懂的地方，那裡也寫著這個名稱；請先改正", spot.path),
                    format!(
                        "{}:{line} cannot be read, and has this name in it; mend that first",
                        spot.path
                    ),
                ));
            }
        }
    }
    Ok(())
}

/// Refuses where a word stands for something else than before, or where something is wrong that was
/// not.
fn same(before: &Analysis, after: &Analysis, to: &str, limits: &Limits) -> Result<(), Localized> {
    let taken = || {
        Localized::new(
            format!("`{to}` 已經是別的名稱，改了會混在一起"),
            format!("`{to}` names something else already, and the two would be confused"),
        )
    };
    let (old, new) = (before.names.mentions(), after.names.mentions());
    if old.len() != new.len() {
        return Err(taken());
    }
    let (mut forth, mut back) = (HashMap::new(), HashMap::new());
    for (old, new) in old.iter().zip(new) {
        let paired = *forth.entry(old.named).or_insert(new.named) == new.named
            && *back.entry(new.named).or_insert(old.named) == old.named;
        if !paired || old.declares != new.declares {
            return Err(taken());
        }
    }
    let errors = |analysis: &Analysis| {
        let mut by_code: BTreeMap<&str, Vec<Diagnostic>> = BTreeMap::new();
        let all = analysis.findings().diagnostics.iter().chain(analysis.test_findings(limits));
        for found in all.filter(|found| found.severity == Severity::Error) {
            by_code.entry(found.code.id()).or_default().push(found.clone());
        }
        by_code
    };
    let (old, new) = (errors(before), errors(after));
    match new.into_iter().find(|(code, found)| found.len() > old.get(code).map_or(0, Vec::len)) {
        None => Ok(()),
        Some((_, found)) => {
            let words =
                |locale| found.first().map_or_else(String::new, |found| found.message(locale));
            Err(Localized::new(
                format!("改名後規則會有錯：{}", words(guiju::Locale::ZhTw)),
                format!("the rules would be wrong then: {}", words(guiju::Locale::En)),
            ))
        }
    }
}
