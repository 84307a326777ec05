//! `guiju types`: what a pack is made of, as TypeScript declarations for those who use the npm
//! package.
//!
//! Not here: the declarations themselves (`guiju::Pack::to_typescript`).

use std::process::ExitCode;

use guiju::{Engine, Limits};

use super::pack_for;
use crate::args::Types;
use crate::failure::Failure;
use crate::inputs::led_to;
use crate::rewrite;
use crate::sink;

pub(crate) fn run(args: &Types, limits: &Limits) -> Result<ExitCode, Failure> {
    let to_stdout = sink::is_stdout(&args.output);
    let (place, path) = led_to(&args.output);
    if !to_stdout && !place.to_string_lossy().to_ascii_lowercase().ends_with(".d.ts") {
        return Err(Failure::message(
            format!("{path} 不是 .d.ts 檔：型別宣告以這個副檔名辨認，請改用它"),
            format!(
                "{path} is no .d.ts file: declarations are known by this ending; give the file it"
            ),
        ));
    }
    let pack = pack_for(&args.pack, Engine::Reference, limits)?;
    let text = pack.to_typescript();
    if to_stdout {
        sink::to_stdout(text.as_bytes(), false)?;
    } else {
        rewrite::put(&args.output, text.as_bytes())?;
    }
    Ok(ExitCode::SUCCESS)
}
