//! What callers name, found in packs and data: roots, records and KPIs; or the sentence that says
//! what there is.
//!
//! Not here: entities and fields, which only results ask for (`result`), and sheets, whose findings
//! have codes (`sheet`).

use guiju::{Dataset, KpiId, Locale};
use pyo3::prelude::*;

use crate::error::{self, Kind};

/// The root with a key, or what to say where there is none; `label` is what people call roots.
pub(crate) fn root(
    data: &Dataset,
    key: &str,
    label: &str,
    locale: Locale,
) -> Result<usize, String> {
    data.find_root(key).ok_or_else(|| {
        const SHOWN: usize = 8;
        let known: Vec<&str> = (0..data.len().min(SHOWN)).map(|root| data.root_key(root)).collect();
        let more = if data.len() > SHOWN { " …" } else { "" };
        let known = known.join(", ");
        match locale {
            Locale::ZhTw => format!("資料裡沒有{label} {key}；有的是：{known}{more}"),
            Locale::En => format!("the data has no {label} {key}; it has: {known}{more}"),
        }
    })
}

/// The entity and the key of a record.
pub(crate) fn record<'r>(py: Python<'_>, record: &'r str) -> PyResult<(&'r str, &'r str)> {
    record.split_once('/').ok_or_else(|| {
        let words = format!("record={record:?}: write `entity/key`, as in \"revenue/R-0007\"");
        error::sentence(py, Kind::Error, &words)
    })
}

/// The places of KPIs by their ids, or what to say of one that there is not.
pub(crate) fn kpis(
    pack: &guiju::Pack,
    names: &[String],
    programme: bool,
    locale: Locale,
) -> Result<Vec<KpiId>, String> {
    let schema = pack.schema();
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        let own = schema.kpi(name);
        let of_all = schema.kpi_of(true, name);
        found.extend(own.into_iter().chain(of_all.filter(|_| programme)));
        if own.or(of_all.filter(|_| programme)).is_none() {
            return Err(match (locale, of_all) {
                (Locale::ZhTw, None) => format!("沒有指標 `{name}`"),
                (Locale::En, None) => format!("there is no KPI `{name}`"),
                (Locale::ZhTw, Some(_)) => {
                    format!(
                        "`{name}` 是全計畫的指標，不是各{}的；請看 `programme`",
                        schema.root_entity().label.get(locale)
                    )
                }
                (Locale::En, Some(_)) => {
                    format!(
                        "`{name}` is a KPI of the programme, not of each {}: see `programme`",
                        schema.root_entity().label.get(locale)
                    )
                }
            });
        }
    }
    Ok(found)
}
