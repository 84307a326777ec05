//! Parts of a case judged apart, in as many turns as its rules need, are the case judged as a
//! whole. Not here: what a case has to come to (`case`).

use guiju::{CombineError, Dataset, Evaluation, JsonOptions, Limits, Pack};
use serde_json::{Value, json};

/// Compares both; each root is a part of its own, with all that is given for the programme.
pub(crate) fn make_the_whole(name: &str, pack: &Pack, whole: &Evaluation, limits: &Limits) {
    let parts = parts(pack, whole.data(), limits);
    let (programme, roots) = match in_turns(pack, &parts, limits) {
        Ok(found) => found,
        // Rules that hold roots together, or ask about records that parts do not have.
        Err(CombineError::Dependent { .. } | CombineError::Records { .. }) => return,
        Err(wrong) => panic!("{name}: {wrong}"),
    };
    let (all, combined) = (told(whole), told(&programme));
    for key in ["programme", "groups"] {
        assert_eq!(combined[key], all[key], "{name}: {key} of the parts is not that of the whole");
    }
    let root = format!("{}s", pack.schema().root_entity().name);
    for (at, part) in roots.iter().enumerate() {
        let judged = told(part)[&root][0].clone();
        for key in ["kpis", "obligations", "issues", "records"] {
            assert_eq!(judged[key], all[&root][at][key], "{name}: {key} of root {at} as a part");
        }
        // What awards make of it is known once all are put together.
        let known = pack.part(part.data(), &programme).expect("one of its parts");
        let again = told(&pack.evaluate(&known, limits).expect("within limits"));
        assert_eq!(again[&root][0], all[&root][at], "{name}: root {at} of the whole");
        assert_eq!(again["programme"]["kpis"], all["programme"]["kpis"], "{name}");
    }
}

/// The programme and the parts as they stand in the end.
fn in_turns(
    pack: &Pack,
    parts: &[Dataset],
    limits: &Limits,
) -> Result<(Evaluation, Vec<Evaluation>), CombineError> {
    let mut programme = pack.combine([], limits)?;
    let mut judged = Vec::new();
    for _ in 0..pack.turns() {
        judged.clear();
        for part in parts {
            judged.push(pack.evaluate(&pack.part(part, &programme)?, limits)?);
        }
        let texts: Vec<String> = judged.iter().map(Evaluation::partial).collect();
        programme = pack.combine(texts.iter().map(String::as_str), limits)?;
    }
    Ok((programme, judged))
}

fn parts(pack: &Pack, data: &Dataset, limits: &Limits) -> Vec<Dataset> {
    let whole: Value = serde_json::from_str(&data.to_canonical_json()).expect("JSON");
    let name = format!("{}s", pack.schema().root_entity().name);
    let roots = whole[&name].as_array().cloned().unwrap_or_default();
    let part = |root: Value| {
        let mut part = whole.clone();
        part[&name] = json!([root]);
        pack.read_json(&part.to_string(), None, limits).expect("what was read before")
    };
    roots.into_iter().map(part).collect()
}

/// A result without what would have to be known, and without who of other parts stood before one:
/// of the whole, a part knows no more than the figures and what awards made of its roots.
fn told(found: &Evaluation) -> Value {
    let text = found.to_json(&JsonOptions { records: true, ..JsonOptions::default() });
    let mut result = serde_json::from_str(&text).expect("JSON");
    forget_needs(&mut result);
    result
}

fn forget_needs(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("needs");
            fields.get_mut("awards").into_iter().for_each(forget_reasons);
            fields.values_mut().for_each(forget_needs);
        }
        Value::Array(list) => list.iter_mut().for_each(forget_needs),
        _ => {}
    }
}

fn forget_reasons(awards: &mut Value) {
    let found = awards.as_object_mut().into_iter().flat_map(|awards| awards.values_mut());
    for award in found.filter_map(Value::as_object_mut) {
        award.remove("reason");
    }
}
