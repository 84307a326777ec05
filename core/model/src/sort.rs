//! Sorting by one routine for lists of every kind, stable: the library's sorts are compiled anew
//! for each, several kilobytes at a time. Not here: the columnar evaluator, which sorts by numbers.

use std::cmp::Ordering;

/// Sorts a list; what is equal stays in its order.
pub fn sort<T>(list: &mut [T], compare: &mut dyn FnMut(&T, &T) -> Ordering) {
    if let Some(order) = order(list.len(), &mut |a, b| compare(&list[a], &list[b])) {
        arrange(list, order);
    }
}

/// The order that places have by what stands there; `None` where they are in order already, as
/// lists mostly are.
pub fn order(
    count: usize,
    compare: &mut dyn FnMut(usize, usize) -> Ordering,
) -> Option<Vec<usize>> {
    if (1..count).all(|at| compare(at - 1, at).is_le()) {
        return None;
    }
    let mut order: Vec<usize> = (0..count).collect();
    let mut merged = Vec::with_capacity(count);
    let mut width = 1;
    while width < count {
        for pair in order.chunks(2 * width) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            while let ([a, after_a @ ..], [b, after_b @ ..]) = (left, right) {
                if compare(*a, *b).is_le() {
                    merged.push(*a);
                    left = after_a;
                } else {
                    merged.push(*b);
                    right = after_b;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        std::mem::swap(&mut order, &mut merged);
        merged.clear();
        width *= 2;
    }
    Some(order)
}

/// Brings a list into an order of its places.
pub fn arrange<T>(list: &mut [T], mut order: Vec<usize>) {
    for start in 0..list.len() {
        let mut at = start;
        loop {
            // What is in its place leads to itself.
            let next = std::mem::replace(&mut order[at], at);
            if next == start {
                break;
            }
            list.swap(at, next);
            at = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_library_does(numbers in prop::collection::vec(0_u8..20, 0..200)) {
            let mut list: Vec<(u8, usize)> = numbers.into_iter().enumerate().map(|(at, number)| (number, at)).collect();
            let mut expected = list.clone();
            expected.sort_by_key(|(number, _)| *number);
            sort(&mut list, &mut |a, b| a.0.cmp(&b.0));
            prop_assert_eq!(list, expected);
        }
    }
}
