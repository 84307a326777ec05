#![allow(clippy::all, missing_docs, clippy::print_stdout)]
use guiju_benches::growth;
fn cpu() -> f64 {
    std::fs::read_to_string("/proc/thread-self/schedstat").unwrap().split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}
fn main() {
    let only: Vec<String> = std::env::args().skip(1).collect();
    for grown in growth::all() {
        if !only.is_empty() && !only.iter().any(|o| grown.name.contains(o.as_str())) {
            continue;
        }
        let mut best = [f64::MAX; 2];
        let mut read = [f64::MAX; 2];
        let mut info = String::new();
        for (k, size) in [grown.size, 2 * grown.size].into_iter().enumerate() {
            for _ in 0..8 {
                let t = cpu();
                let parsed = grown.parsed(size);
                read[k] = read[k].min(cpu() - t);
                let checked = parsed.check();
                best[k] = best[k].min(cpu() - t);
                info = format!(
                    "{} {}",
                    checked.diagnostics().len(),
                    checked
                        .diagnostics()
                        .iter()
                        .find(|d| d.severity == guiju::Severity::Error)
                        .map(|d| format!("{} {}", d.code.id(), d.message(guiju::Locale::En)))
                        .unwrap_or_default()
                );
                if best[k] > 3.0 {
                    break;
                }
            }
        }
        let flag = if best[0] > 1.0 || best[1] / best[0] > 2.2 { "<<<" } else { "" };
        println!(
            "{:42} {:6} parse {:.3} {:.3} {:.2}  all {:.3} {:.3} {:.2} {flag} [{:.70}]",
            grown.name,
            grown.size,
            read[0],
            read[1],
            read[1] / read[0],
            best[0],
            best[1],
            best[1] / best[0],
            info
        );
    }
}
