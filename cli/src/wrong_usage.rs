//! Wrong usage in Chinese: what clap finds, in the words of the other messages. In English clap
//! speaks for itself.
//!
//! Not here: what usage is wrong that the shape of options cannot tell (`usage`).

use std::error::Error as _;
use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use guiju::{Locale, printable};

use crate::args::NotARecord;

/// The language that is asked for by arguments of which something is wrong; the usual one where
/// that is.
pub(crate) fn locale(args: impl Iterator<Item = OsString>) -> Locale {
    let args: Vec<String> = args
        .skip(1)
        .map(|arg| arg.to_string_lossy().into_owned())
        .take_while(|arg| arg != "--")
        .collect();
    let after = args.windows(2).filter_map(|pair| match pair {
        [option, value] if option == "--locale" => Some(value.as_str()),
        _ => None,
    });
    let within = args.iter().filter_map(|arg| arg.strip_prefix("--locale="));
    if after.chain(within).any(|value| value == "en") { Locale::En } else { Locale::ZhTw }
}

/// An error as text; `None` where it is none, such as help that was asked for.
pub(crate) fn text(error: &clap::Error) -> Option<String> {
    let message = message(error)?;
    let mut tips = String::new();
    let meant =
        [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    for kind in meant {
        let names = all(error, kind);
        if !names.is_empty() {
            tips += &format!("\n  提示：是否要寫 {}？\n", joined(&names, "` 或 `"));
        }
    }
    for said in all(error, ContextKind::Suggested) {
        tips += &tip(error, &said);
    }
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => usage.to_string(),
        _ => String::new(),
    };
    Some(whole(&format!("{message}\n{tips}"), &usage))
}

/// What is wrong, how the command is called, and where more is said.
pub(crate) fn whole(wrong: &str, usage: &str) -> String {
    let usage = usage.trim_start_matches("Usage: ").trim();
    let usage = if usage.is_empty() { String::new() } else { format!("\n用法：{usage}\n") };
    format!("error: {}\n{usage}\n詳見 `--help`。\n", wrong.trim_end())
}

/// A way out that clap words by itself.
fn tip(error: &clap::Error, said: &str) -> String {
    let exists = said.strip_suffix("' exists").and_then(|said| said.strip_prefix('\''));
    if let Some(command) = exists {
        return format!("\n  提示：有 `{}`\n", printable(command));
    }
    match one(error, ContextKind::InvalidArg) {
        Some(arg) if said.contains("as a value") => {
            format!("\n  提示：若 `{arg}` 是值而不是選項，請寫 `-- {arg}`\n")
        }
        _ => format!("\n  提示：{}\n", printable(said)),
    }
}

fn message(error: &clap::Error) -> Option<String> {
    let arg = one(error, ContextKind::InvalidArg);
    let value = one(error, ContextKind::InvalidValue);
    let shown = arg.clone().unwrap_or_default();
    Some(match error.kind() {
        ErrorKind::UnknownArgument if shown.starts_with('-') => format!("沒有 `{shown}` 這個選項"),
        ErrorKind::UnknownArgument => format!("多了 `{shown}`：這裡不能再有別的"),
        ErrorKind::InvalidSubcommand => {
            let name = one(error, ContextKind::InvalidSubcommand).unwrap_or_default();
            format!("沒有 `{name}` 這個命令")
        }
        ErrorKind::MissingSubcommand => "少了命令".to_owned(),
        ErrorKind::MissingRequiredArgument => {
            let missing = all(error, ContextKind::InvalidArg);
            format!("少了 {}", joined(&missing, "`、`"))
        }
        ErrorKind::InvalidValue => {
            let known = all(error, ContextKind::ValidValue);
            let known = if known.is_empty() {
                String::new()
            } else {
                format!("；可用的是 {}", joined(&known, "`、`"))
            };
            match value.filter(|value| !value.is_empty()) {
                Some(value) => format!("`{shown}` 不能是 `{value}`{known}"),
                None => format!("`{shown}` 之後少了值{known}"),
            }
        }
        ErrorKind::ValueValidation => {
            let why = match error.source() {
                Some(source) if source.is::<NotARecord>() => NotARecord::ZH.to_owned(),
                Some(source) => printable(&source.to_string()).into_owned(),
                None => String::new(),
            };
            format!("`{shown}` 不能是 `{}`：{why}", value.unwrap_or_default())
        }
        ErrorKind::ArgumentConflict => {
            let with = all(error, ContextKind::PriorArg);
            match with.as_slice() {
                [] => format!("`{shown}` 不能與其他選項並用"),
                [same] if *same == shown => format!("`{shown}` 只能寫一次"),
                with => format!("`{shown}` 不能與 {} 並用", joined(with, "`、`")),
            }
        }
        ErrorKind::NoEquals => format!("`{shown}` 與值之間要寫 `=`"),
        ErrorKind::TooManyValues => {
            format!("`{shown}` 的值多了 `{}`", value.unwrap_or_default())
        }
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("`{shown}` 的值，個數不對")
        }
        ErrorKind::InvalidUtf8 => "參數裡有不是 UTF-8 的文字".to_owned(),
        _ => return None,
    })
}

fn joined(names: &[String], between: &str) -> String {
    format!("`{}`", names.join(between))
}

fn one(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(printable(text).into_owned()),
        _ => None,
    }
}

fn all(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![printable(text).into_owned()],
        Some(ContextValue::Strings(texts)) => {
            texts.iter().map(|text| printable(text).into_owned()).collect()
        }
        Some(ContextValue::StyledStrs(texts)) => texts.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}
