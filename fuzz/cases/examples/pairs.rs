//! Holds both evaluators to one outcome on as many pairs of a pack and data as asked for, drawn
//! from a seed, and what is said of missing data to what fills it in.
//!
//! `cargo run --release -p guiju-cases --example pairs -- 1000000 7`

use guiju_cases::{Filled, Tally, completions_stay_within, engines_agree};

fn main() {
    let mut arguments =
        std::env::args().skip(1).filter_map(|argument| argument.parse::<u64>().ok());
    let (wanted, seed) = (arguments.next().unwrap_or(10_000), arguments.next().unwrap_or(1));
    let (mut tally, mut filled) = (Tally::default(), Filled::default());
    let mut case = 0;
    while tally.agreed < wanted {
        engines_agree(&bytes(seed, case), 20, &mut tally);
        completions_stay_within(&bytes(seed, case), 10, &mut filled);
        case += 1;
        if case % 5_000 == 0 {
            report(&tally, &filled);
        }
    }
    report(&tally, &filled);
}

/// Bytes that depend on nothing but the seed and the number of the case (xorshift).
fn bytes(seed: u64, case: u64) -> Vec<u8> {
    let mut state = (seed << 40 ^ case).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    std::iter::repeat_with(next).take(20_000).collect()
}

#[expect(clippy::print_stdout, reason = "the report is what it is run for")]
fn report(tally: &Tally, filled: &Filled) {
    println!(
        "{} pairs agree; {} packs, {} refused by the checker; {} sets of data refused",
        tally.agreed, tally.packs, tally.refused, tally.unsound
    );
    println!(
        "{} pairs of data and data filled in hold; {} figures were open and are known afterwards",
        filled.pairs, filled.closed
    );
}
