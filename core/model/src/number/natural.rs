//! Natural numbers of any size, for fractions that 128 bits cannot hold.
//!
//! Plain long arithmetic: what is added up has some thousand digits at most, and a page downloads
//! this code. A library for all sizes, num-bigint, is six times as large there; it is what the
//! tests compare this with. Not here: signs and fractions (`super`), and how large a number may
//! become (`super::MOST_LIMBS`).

use std::cmp::Ordering;

use super::narrow::gcd;

/// How many bits a limb has.
const LIMB: usize = 32;

/// The largest power of ten that a limb holds: nine zeros.
const TENS: u32 = 1_000_000_000;

/// A natural number: its limbs, the least significant first, without zeros at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Natural(Vec<u32>);

impl From<u128> for Natural {
    fn from(mut number: u128) -> Natural {
        let mut limbs = Vec::new();
        while number != 0 {
            limbs.push(number as u32);
            number >>= LIMB;
        }
        Natural(limbs)
    }
}

impl Natural {
    /// The bytes of its digits.
    pub(super) fn held(&self) -> usize {
        self.0.capacity() * size_of::<u32>()
    }

    fn trimmed(mut limbs: Vec<u32>) -> Natural {
        while limbs.last() == Some(&0) {
            limbs.pop();
        }
        Natural(limbs)
    }

    /// The number where 128 bits hold it.
    pub(super) fn narrow(&self) -> Option<u128> {
        let fold = |number: u128, limb: &u32| number << LIMB | u128::from(*limb);
        (self.0.len() <= 4).then(|| self.0.iter().rev().fold(0, fold))
    }

    pub(super) fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn is_odd(&self) -> bool {
        self.limb(0) & 1 == 1
    }

    /// How many limbs it takes: what computing with it costs grows with them.
    pub(super) fn limbs(&self) -> usize {
        self.0.len()
    }

    fn limb(&self, at: usize) -> u64 {
        self.0.get(at).copied().map_or(0, u64::from)
    }

    pub(super) fn add(&self, other: &Natural) -> Natural {
        let (mut limbs, mut carry) = (Vec::new(), 0);
        for at in 0..=self.limbs().max(other.limbs()) {
            carry += self.limb(at) + other.limb(at);
            limbs.push(carry as u32);
            carry >>= LIMB;
        }
        Natural::trimmed(limbs)
    }

    /// How far two numbers are apart.
    pub(super) fn apart(&self, other: &Natural) -> Natural {
        let (more, less) = if self < other { (other, self) } else { (self, other) };
        let mut rest = more.clone();
        subtract(&mut rest.0, less, 1);
        Natural::trimmed(rest.0)
    }

    pub(super) fn multiply(&self, other: &Natural) -> Natural {
        let mut product = vec![0; self.limbs() + other.limbs()];
        for at in 0..self.limbs() {
            let mut carry = 0;
            for (by, limb) in product[at..=at + other.limbs()].iter_mut().enumerate() {
                // At most (2^32 - 1)^2 + 2 (2^32 - 1), which 64 bits hold.
                carry += self.limb(at) * other.limb(by) + u64::from(*limb);
                *limb = carry as u32;
                carry >>= LIMB;
            }
        }
        Natural::trimmed(product)
    }

    /// Quotient and remainder by a number that is not zero.
    pub(super) fn divide(&self, divisor: &Natural) -> (Natural, Natural) {
        if self < divisor {
            return (Natural::default(), self.clone());
        }
        if let [divisor] = divisor.0[..] {
            let mut quotient = self.clone();
            let rest = quotient.divide_by_limb(divisor);
            return (quotient, Natural::trimmed(vec![rest]));
        }
        // Knuth's algorithm D: the divisor's first bit is set, so that an estimate from its first
        // limb is two too large at most.
        let shift = Natural(vec![1 << divisor.0.last().map_or(0, |first| first.leading_zeros())]);
        let divisor = divisor.multiply(&shift);
        let mut rest = self.multiply(&shift).0;
        rest.resize(self.limbs() + 1, 0);
        let places = divisor.limbs();
        let first = divisor.limb(places - 1);
        let mut quotient = vec![0; rest.len() - places];
        for at in (0..quotient.len()).rev() {
            let rest = &mut rest[at..=at + places];
            let head = u64::from(rest[places]) << LIMB | u64::from(rest[places - 1]);
            let mut digit = (head / first).min(u64::from(u32::MAX));
            let mut below = subtract(rest, &divisor, digit);
            while below {
                digit -= 1;
                let mut carry = 0;
                for (by, limb) in rest.iter_mut().enumerate() {
                    carry += u64::from(*limb) + divisor.limb(by);
                    *limb = carry as u32;
                    carry >>= LIMB;
                }
                // Until it is above zero again.
                below = carry == 0;
            }
            quotient[at] = digit as u32;
        }
        let mut rest = Natural::trimmed(rest);
        rest.divide_by_limb(shift.0[0]);
        (Natural::trimmed(quotient), rest)
    }

    /// Divides in place and gives the remainder.
    fn divide_by_limb(&mut self, divisor: u32) -> u32 {
        let mut rest = 0;
        for limb in self.0.iter_mut().rev() {
            let head = rest << LIMB | u64::from(*limb);
            *limb = (head / u64::from(divisor)) as u32;
            rest = head % u64::from(divisor);
        }
        *self = Natural::trimmed(std::mem::take(&mut self.0));
        rest as u32
    }

    /// The greatest common divisor of two numbers that are not both zero.
    pub(super) fn common(&self, other: &Natural) -> Natural {
        let (mut a, mut b) = (self.clone(), other.clone());
        while !b.is_zero() {
            let narrow =
                |number: &Natural| number.narrow().and_then(|number| u64::try_from(number).ok());
            if let (Some(a), Some(b)) = (narrow(&a), narrow(&b)) {
                return Natural::from(u128::from(gcd(a, b)));
            }
            let (_, rest) = a.divide(&b);
            (a, b) = (b, rest);
        }
        a
    }

    /// Its decimal digits.
    pub(super) fn digits(&self) -> String {
        let mut rest = self.clone();
        let mut groups = Vec::new();
        while rest.limbs() > 1 {
            groups.push(rest.divide_by_limb(TENS));
        }
        let mut digits = rest.limb(0).to_string();
        groups.iter().rev().for_each(|group| digits += &format!("{group:09}"));
        digits
    }

    /// The number that decimal digits in ASCII stand for.
    pub(super) fn of_digits(digits: &[u8]) -> Natural {
        digits.chunks(9).fold(Natural::default(), |number, group| {
            let (value, tens) = group.iter().fold((0, 1), |(value, tens), digit| {
                (value * 10 + u32::from(digit & 15), tens * 10)
            });
            number.multiply(&Natural(vec![tens])).add(&Natural::from(u128::from(value)))
        })
    }
}

/// Takes a multiple of a number from another of at least as many limbs; whether it was larger, so
/// that the rest wraps around.
fn subtract(from: &mut [u32], number: &Natural, times: u64) -> bool {
    let (mut carry, mut borrow) = (0, 0);
    for (at, limb) in from.iter_mut().enumerate() {
        carry += times * number.limb(at);
        let rest = u64::from(*limb).wrapping_sub(u64::from(carry as u32) + borrow);
        (*limb, borrow) = (rest as u32, rest >> 63);
        carry >>= LIMB;
    }
    borrow != 0
}

impl Ord for Natural {
    fn cmp(&self, other: &Natural) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Natural) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
