//! The loop written by hand and this engine as processes that answer commands (`process`).
//!
//! What a run gives is dropped after the clock has stopped, here as in the other engines.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use guiju::{Dataset, Engine, Evaluation, Limits, Pack};
use guiju_benches::{check, engine, hand, tables::Tables};

/// Serves one engine until the commands end.
pub(crate) fn serve(name: &str, folder: &Path, threads: usize) -> Result<()> {
    match name {
        "hand" => by_hand(folder),
        "tables" => {
            let pack = engine::pack()?;
            let data = engine::read_folder(&pack, &folder.join("named"))?;
            guiju(&pack, &data, folder, threads)
        }
        "lines" => {
            let pack = engine::pack()?;
            let text = std::fs::read_to_string(folder.join("named.jsonl"))?;
            let data = engine::read(&pack, &text)?;
            drop(text);
            guiju(&pack, &data, folder, threads)
        }
        _ => bail!("no engine {name}"),
    }
}

fn by_hand(folder: &Path) -> Result<()> {
    let tables = Tables::read(folder)?;
    let all = 0..tables.grants.len();
    talk("loop by hand", |command| match command {
        "run" => Ok(time(|| hand::judge(&tables, all.clone()))),
        "one" => Ok(often(|| hand::judge(&tables, 0..1))),
        "answer" => {
            check::write(&hand::judge(&tables, all.clone()), folder, "answer").map(|()| 0.0)
        }
        _ => bail!("no command {command}"),
    })
}

fn guiju(pack: &Pack, data: &Dataset, folder: &Path, threads: usize) -> Result<()> {
    let limits = Limits::default();
    let reference = pack.with_engine(Engine::Reference);
    let mut first = String::new();
    BufReader::new(std::fs::File::open(folder.join("named.jsonl"))?).read_line(&mut first)?;
    let one = engine::read(pack, &first)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().context("threads")?;
    talk("guiju", |command| {
        pool.install(|| match command {
            "run" => Ok(time(|| pack.evaluate(data, &limits))),
            "verdicts" => Ok(time(|| {
                pack.evaluate(data, &limits).map(|evaluation| read_verdicts(&evaluation))
            })),
            "reference" => Ok(time(|| reference.evaluate(data, &limits))),
            "one" => Ok(often(|| pack.evaluate(&one, &limits))),
            "answer" => {
                let evaluation = pack.evaluate(data, &limits)?;
                check::write(
                    &engine::answer(&evaluation, &Tables::read(folder)?)?,
                    folder,
                    "answer",
                )
                .map(|()| 0.0)
            }
            _ => bail!("no command {command}"),
        })
    })
}

/// Looks at the verdict and the reason of every record, as a host does that shows them all.
fn read_verdicts(evaluation: &Evaluation) -> usize {
    let roots = 0..evaluation.roots.len();
    roots
        .flat_map(|root| evaluation.verdicts(root))
        .filter(|record| std::hint::black_box(record).reason.is_some())
        .count()
}

/// Answers commands until there are no more.
#[expect(clippy::print_stdout, reason = "the answers are what it is run for")]
fn talk(name: &str, mut answer: impl FnMut(&str) -> Result<f64>) -> Result<()> {
    println!("ready {name}");
    for command in std::io::stdin().lines() {
        println!("{}", answer(&command?)?);
    }
    Ok(())
}

fn time<T>(work: impl FnOnce() -> T) -> f64 {
    let started = Instant::now();
    let result = work();
    let elapsed = started.elapsed().as_secs_f64();
    drop(std::hint::black_box(result));
    elapsed
}

/// The median of what something takes that is over in no time.
fn often<T>(mut work: impl FnMut() -> T) -> f64 {
    let started = Instant::now();
    let mut times = Vec::new();
    while times.len() < 5 || started.elapsed().as_secs_f64() < 0.3 {
        times.push(time(&mut work));
    }
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
