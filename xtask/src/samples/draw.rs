//! Random draws that are the same in every version: ChaCha8 streams and our own reduction to a
//! range.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// The seed of all samples.
const SEED: [u8; 32] = *b"guiju / samples of alliance_108 ";

/// A source of draws.
pub(crate) struct Draw(ChaCha8Rng);

impl Draw {
    /// A stream of its own, so that a change in one alliance leaves the others alone.
    pub(crate) fn stream(number: u64) -> Draw {
        let mut rng = ChaCha8Rng::from_seed(SEED);
        rng.set_stream(number);
        Draw(rng)
    }

    /// A number from `low` to `high`, both included. The bias of the remainder is far below
    /// anything a sample shows.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.saturating_sub(low).max(0).unsigned_abs() + 1;
        low.saturating_add_unsigned(self.0.next_u64() % span)
    }

    /// Yes in so many of a hundred cases.
    pub(crate) fn percent(&mut self, chance: i64) -> bool {
        self.between(1, 100) <= chance
    }

    /// One of several values.
    pub(crate) fn pick<T: Copy, const N: usize>(&mut self, values: [T; N]) -> T {
        values[self.index(N)]
    }

    /// An index into something of this length.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        let last = i64::try_from(length).unwrap_or(i64::MAX) - 1;
        usize::try_from(self.between(0, last)).unwrap_or(0)
    }

    /// Parts that add up to the total exactly: all but the last are multiples of `step`.
    pub(crate) fn parts(&mut self, total: i64, count: i64, step: i64) -> Vec<i64> {
        let weights: Vec<i64> = (0..count).map(|_| self.between(4_000, 16_000)).collect();
        let sum: i64 = weights.iter().sum::<i64>().max(1);
        let mut parts: Vec<i64> =
            weights.iter().map(|weight| total * weight / sum / step * step).collect();
        let missing = total - parts.iter().sum::<i64>();
        if let Some(last) = parts.last_mut() {
            *last += missing;
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up() {
        let mut draw = Draw::stream(1);
        for total in [0, 1, 999, 19_833_000] {
            assert_eq!(draw.parts(total, 7, 100).iter().sum::<i64>(), total);
        }
    }
}
