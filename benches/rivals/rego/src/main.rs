//! The workload in regorus, an interpreter of Rego, and on its faster virtual machine: one alliance
//! at a time.
//!
//! Answers the commands that `benches/src/process.rs` tells. A document becomes a value outside the
//! clock, and one is held at a time.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::RegoVM;
use regorus::{Engine, Rc, Value};

const RULES: &str = include_str!("workload.rego");
const RESULT: &str = "data.workload.result";

fn main() -> Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).context("a folder")?);
    let mut engine = Engine::new();
    engine.add_policy("workload.rego".to_owned(), RULES.to_owned())?;
    let entry: Rc<str> = RESULT.into();
    let compiled = engine.compile_with_entrypoint(&entry)?;
    let mut machine = RegoVM::new();
    machine.load_program(Compiler::compile_from_policy(&compiled, &[RESULT])?);
    let mut by_machine = |input: &Value| {
        machine.set_input(input.clone());
        machine.execute()
    };
    let mut by_interpreter = |input: &Value| {
        engine.set_input(input.clone());
        engine.eval_rule(RESULT.to_owned())
    };
    let first = documents(&folder)?.next().context("no document")??;
    println!("ready regorus 0.14.1");
    for command in std::io::stdin().lines() {
        let seconds = match command?.as_str() {
            "run" => run(&folder, |input| Ok(by_machine(input)?))?,
            "interpreter" => run(&folder, |input| by_interpreter(input))?,
            "one" => often(|| Ok(by_machine(&first)?))?,
            "answer" => answer(&folder, |input| Ok(by_machine(input)?))?,
            command => bail!("no command {command}"),
        };
        println!("{seconds}");
    }
    Ok(())
}

fn documents(folder: &Path) -> Result<impl Iterator<Item = Result<Value>>> {
    let file = BufReader::new(File::open(folder.join("documents.jsonl"))?);
    Ok(file.lines().map(|line| Value::from_json_str(&line?)))
}

fn run(folder: &Path, mut judge: impl FnMut(&Value) -> Result<Value>) -> Result<f64> {
    let mut seconds = 0.0;
    for document in documents(folder)? {
        let document = document?;
        let started = Instant::now();
        let result = judge(&document)?;
        seconds += started.elapsed().as_secs_f64();
        drop(std::hint::black_box(result));
    }
    Ok(seconds)
}

/// The median of what something takes that is over in no time.
fn often(mut work: impl FnMut() -> Result<Value>) -> Result<f64> {
    let begun = Instant::now();
    let mut times = Vec::new();
    while times.len() < 5 || begun.elapsed().as_secs_f64() < 0.3 {
        let started = Instant::now();
        let result = work()?;
        times.push(started.elapsed().as_secs_f64());
        drop(std::hint::black_box(result));
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}

/// Writes what is found: a row for each alliance, and a byte for each member and after them for
/// each revenue.
fn answer(folder: &Path, mut judge: impl FnMut(&Value) -> Result<Value>) -> Result<f64> {
    let mut text = "alliance,members,sum0,sum1,sum2,sum3,sum4,services,revenue,above,enough\n".to_owned();
    let (mut members, mut revenues) = (Vec::new(), Vec::new());
    for (at, document) in documents(folder)?.enumerate() {
        let found = judge(&document?)?;
        write!(text, "{at},{}", found["members"])?;
        for sum in found["sums"].as_array()? {
            write!(text, ",{sum}")?;
        }
        let [services, revenue, above, enough] = ["services", "revenue", "above", "enough"].map(|name| &found[name]);
        writeln!(text, ",{services},{revenue},{above},{enough}")?;
        for (name, verdicts) in [("member_verdicts", &mut members), ("revenue_verdicts", &mut revenues)] {
            for verdict in found[name].as_array()? {
                verdicts.push(verdict.as_u8()?);
            }
        }
    }
    std::fs::write(folder.join("answer.csv"), text)?;
    std::fs::write(folder.join("answer.verdicts"), [members, revenues].concat())?;
    Ok(0.0)
}
