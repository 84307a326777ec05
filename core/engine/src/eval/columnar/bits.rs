//! Bit planes: one bit for each record of a block, and the kernels that fill them from columns. Not
//! here: what the bits mean.

use std::ops::Range;

use crate::eval::value::Truth;

/// Records in one word.
const WORD: usize = 64;

/// The truth of a condition for each record of a block: certainly true, certainly false, or, where
/// neither bit is set, open. Bits past the last record are never set.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Planes {
    pub(super) yes: Vec<u64>,
    pub(super) no: Vec<u64>,
}

/// Words for this many records.
pub(super) fn words(len: usize) -> usize {
    len.div_ceil(WORD)
}

/// The word with a bit for each record there is: the last word of a block has fewer.
pub(super) fn present(len: usize, word: usize) -> u64 {
    let left = len - (word * WORD).min(len);
    if left >= WORD { u64::MAX } else { (1 << left) - 1 }
}

/// All records.
pub(super) fn all(len: usize) -> Vec<u64> {
    (0..words(len)).map(|word| present(len, word)).collect()
}

/// The bits of a bitmap for some rows of it, from the first bit on.
pub(super) fn cut(bitmap: &[u64], rows: &Range<usize>, out: &mut Vec<u64>) {
    out.clear();
    let (first, shift) = (rows.start / WORD, rows.start % WORD);
    let at = |word: usize| bitmap.get(word).copied().unwrap_or(0);
    out.extend((0..words(rows.len())).map(|word| {
        let bits = if shift == 0 {
            at(first + word)
        } else {
            at(first + word) >> shift | at(first + word + 1) << (WORD - shift)
        };
        bits & present(rows.len(), word)
    }));
}

/// A bit for each value.
pub(super) fn pack<T: Copy>(values: &[T], out: &mut Vec<u64>, holds: impl Fn(T) -> bool) {
    out.clear();
    out.extend(values.chunks(WORD).map(|chunk| {
        let mut bytes = [0; WORD];
        for (byte, value) in bytes.iter_mut().zip(chunk) {
            *byte = u8::from(holds(*value));
        }
        join(&bytes)
    }));
}

/// A bit for each pair of values.
pub(super) fn pack_pairs<A: Copy, B: Copy>(
    left: &[A],
    right: &[B],
    out: &mut Vec<u64>,
    holds: impl Fn(A, B) -> bool,
) {
    out.clear();
    out.extend(left.chunks(WORD).zip(right.chunks(WORD)).map(|(left, right)| {
        let mut bytes = [0; WORD];
        for ((byte, left), right) in bytes.iter_mut().zip(left).zip(right) {
            *byte = u8::from(holds(*left, *right));
        }
        join(&bytes)
    }));
}

/// The lowest bits of 64 bytes that are 0 or 1.
fn join(bytes: &[u8; WORD]) -> u64 {
    // The product moves the lowest bit of byte k to bit 56 + k; no two of its terms meet.
    const SPREAD: u64 = 0x0102_0408_1020_4080;
    let eight = |chunk: &[u8]| {
        u64::from_le_bytes(chunk.try_into().unwrap_or_default()).wrapping_mul(SPREAD) >> 56
    };
    bytes.chunks_exact(8).enumerate().fold(0, |word, (at, chunk)| word | eight(chunk) << (8 * at))
}

/// Calls `each` with the place of every bit that is set.
pub(super) fn each_set(bits: &[u64], mut each: impl FnMut(usize)) {
    for (at, word) in bits.iter().enumerate() {
        let mut word = *word;
        while word != 0 {
            each(at * WORD + word.trailing_zeros() as usize);
            word &= word - 1;
        }
    }
}

/// The words that hold some bits, each with the others masked out.
fn masked(bits: &[u64], range: Range<usize>) -> impl Iterator<Item = (usize, u64)> {
    let (first, last) = (range.start / WORD, range.end.div_ceil(WORD));
    (first..last).map(move |word| {
        let mut mask = u64::MAX;
        if word == first {
            mask &= u64::MAX << (range.start % WORD);
        }
        if (word + 1) * WORD > range.end {
            mask &= u64::MAX >> ((word + 1) * WORD - range.end);
        }
        (word, bits.get(word).copied().unwrap_or(0) & mask)
    })
}

/// How many of some bits are set.
pub(super) fn count(bits: &[u64], range: Range<usize>) -> u64 {
    if range.is_empty() {
        0
    } else {
        masked(bits, range).map(|(_, word)| u64::from(word.count_ones())).sum()
    }
}

/// Whether a bit is set.
pub(super) fn is_set(bits: &[u64], at: usize) -> bool {
    bits.get(at / WORD).is_some_and(|word| word >> (at % WORD) & 1 == 1)
}

/// Whether any of some bits is set.
pub(super) fn any(bits: &[u64], range: Range<usize>) -> bool {
    !range.is_empty() && masked(bits, range).any(|(_, word)| word != 0)
}

/// Calls `each` with the place of every one of some bits that is set.
pub(super) fn each_set_in(bits: &[u64], range: Range<usize>, mut each: impl FnMut(usize)) {
    if range.is_empty() {
        return;
    }
    for (at, mut word) in masked(bits, range) {
        while word != 0 {
            each(at * WORD + word.trailing_zeros() as usize);
            word &= word - 1;
        }
    }
}

impl Planes {
    /// What every record has in common.
    pub(super) fn fill(&mut self, len: usize, truth: bool) {
        self.open(len);
        let set = if truth { &mut self.yes } else { &mut self.no };
        set.iter_mut().enumerate().for_each(|(word, bits)| *bits = present(len, word));
    }

    /// Everything open.
    pub(super) fn open(&mut self, len: usize) {
        for bits in [&mut self.yes, &mut self.no] {
            bits.clear();
            bits.resize(words(len), 0);
        }
    }

    /// Notes the truth of one record that was open.
    pub(super) fn mark(&mut self, at: usize, truth: Truth) {
        match truth {
            Truth::True => self.yes[at / WORD] |= 1 << (at % WORD),
            Truth::False => self.no[at / WORD] |= 1 << (at % WORD),
            Truth::Unknown => {}
        }
    }

    /// Takes the truth from one bit a record; records that are not known are open.
    pub(super) fn settle(&mut self, known: &[u64]) {
        self.no.clear();
        self.no.extend(self.yes.iter().zip(known).map(|(yes, known)| !yes & known));
        self.yes.iter_mut().zip(known).for_each(|(yes, known)| *yes &= known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_cutting_and_counting_agree_with_one_bit_at_a_time() {
        for len in [0, 1, 63, 64, 65, 200] {
            let values: Vec<u32> =
                (0..len).map(|at: u32| at.wrapping_mul(2_654_435_761) >> 16 & 7).collect();
            let mut bits = Vec::new();
            pack(&values, &mut bits, |value| value < 3);
            let bit = |bits: &[u64], at: usize| bits[at / 64] >> (at % 64) & 1 == 1;
            assert!((0..values.len()).all(|at| bit(&bits, at) == (values[at] < 3)));
            for start in 0..values.len() {
                let range = start..values.len() - (values.len() - start) / 3;
                let mut part = Vec::new();
                cut(&bits, &range, &mut part);
                let expected: Vec<usize> = range.clone().filter(|at| values[*at] < 3).collect();
                assert!(range.clone().all(|at| bit(&part, at - start) == (values[at] < 3)));
                let mut found = Vec::new();
                each_set_in(&bits, range.clone(), |at| found.push(at));
                assert_eq!(found, expected);
                assert_eq!(count(&bits, range.clone()), expected.len() as u64);
                assert!(range.clone().all(|at| is_set(&bits, at) == (values[at] < 3)));
                assert_eq!(any(&bits, range), !expected.is_empty());
                let mut seen = 0;
                each_set(&part, |_| seen += 1);
                assert_eq!(seen, expected.len());
            }
        }
    }
}
