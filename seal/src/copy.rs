//! A result as it was handed on, beside what was computed now: the first place where they differ.
//!
//! Not here: whether either is what a receipt states (`statement`).

use serde_json::Value;

/// As much of a value as is shown.
const SHOWN: usize = 80;

/// Where a result differs from what was computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FirstDifference {
    /// In a value.
    Value {
        /// Its keys from the outside in, each after a `/`.
        path: String,
        /// What the copy has there, as JSON; `—` where it has nothing.
        given: String,
        /// What was computed, in the same form.
        computed: String,
    },
    /// Only in how it is written, after so many bytes.
    Byte(usize),
}

impl FirstDifference {
    /// The first value that differs; where none does, the first byte.
    ///
    /// ```
    /// use guiju_seal::FirstDifference;
    /// let found = FirstDifference::between(br#"{"kpis": [1, 2]}"#, r#"{"kpis": [1, 3]}"#);
    /// let path = "/kpis/1".to_owned();
    /// assert_eq!(found, FirstDifference::Value { path, given: "2".into(), computed: "3".into() });
    /// ```
    pub fn between(given: &[u8], computed: &str) -> FirstDifference {
        let values = serde_json::from_slice::<Value>(given)
            .ok()
            .zip(serde_json::from_str::<Value>(computed).ok());
        let same = || {
            let pairs = given.iter().zip(computed.as_bytes());
            pairs.take_while(|(given, computed)| given == computed).count()
        };
        values
            .and_then(|(given, computed)| first(&given, &computed, String::new()))
            .unwrap_or_else(|| FirstDifference::Byte(same()))
    }
}

/// The place of the first value that differs, with both values.
fn first(given: &Value, computed: &Value, path: String) -> Option<FirstDifference> {
    let shown = |value: Option<&Value>| {
        value
            .map_or_else(|| "—".to_owned(), |value| value.to_string().chars().take(SHOWN).collect())
    };
    let differs = |path: String, given, computed| FirstDifference::Value {
        path,
        given: shown(given),
        computed: shown(computed),
    };
    match (given, computed) {
        (Value::Object(given), Value::Object(computed)) => given
            .keys()
            .chain(computed.keys())
            .find_map(|key| match (given.get(key), computed.get(key)) {
                (Some(given), Some(computed)) => first(given, computed, format!("{path}/{key}")),
                (given, computed) => Some(differs(format!("{path}/{key}"), given, computed)),
            }),
        (Value::Array(given), Value::Array(computed)) => (0..given.len().max(computed.len()))
            .find_map(|at| match (given.get(at), computed.get(at)) {
                (Some(given), Some(computed)) => first(given, computed, format!("{path}/{at}")),
                (given, computed) => Some(differs(format!("{path}/{at}"), given, computed)),
            }),
        (given, computed) => {
            (given != computed).then(|| differs(path, Some(given), Some(computed)))
        }
    }
}
