//! What depends on what: an order in which everything stands after its needs, or the circles that
//! make it impossible.

/// Nodes in an order of dependency, and the circles found; nodes of a circle are in no order.
pub(super) struct Order {
    pub(super) nodes: Vec<usize>,
    pub(super) circles: Vec<Vec<usize>>,
    /// For each node, whether it is part of a circle: of one that was found, or of one that shares
    /// nodes with it.
    pub(super) looping: Vec<bool>,
}

/// How many nodes all circles may have together, beyond which no more of them are told: one knot
/// can have more circles than nodes.
const MOST_IN_CIRCLES: usize = 10_000;

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    New,
    /// On the path, at this place.
    Open(usize),
    Done,
}

/// Sorts `needs.len()` nodes so that each follows the nodes it needs. Iterative: chains may be
/// long. Knots are found by Tarjan's algorithm.
pub(super) fn order(needs: &[Vec<usize>]) -> Order {
    let mut marks = vec![Mark::New; needs.len()];
    let mut result =
        Order { nodes: Vec::new(), circles: Vec::new(), looping: vec![false; needs.len()] };
    // When each node was reached, the earliest node that each is known to lead back to, and nodes
    // whose knot is not complete yet.
    let (mut reached, mut earliest) =
        (vec![usize::MAX; needs.len()], vec![usize::MAX; needs.len()]);
    let (mut clock, mut open, mut told) = (0, Vec::new(), 0);
    for start in 0..needs.len() {
        if marks[start] != Mark::New {
            continue;
        }
        // Each entry: a node, and how many of its needs have been looked at.
        let mut path: Vec<(usize, usize)> = Vec::new();
        let mut entering = Some(start);
        loop {
            if let Some(node) = entering.take() {
                marks[node] = Mark::Open(path.len());
                (reached[node], earliest[node]) = (clock, clock);
                clock += 1;
                open.push(node);
                path.push((node, 0));
            }
            let Some((node, next)) = path.last_mut() else { break };
            let node = *node;
            let Some(need) = needs[node].get(*next).copied() else {
                marks[node] = Mark::Done;
                result.nodes.push(node);
                path.pop();
                if earliest[node] == reached[node] {
                    let knot =
                        open.split_off(open.iter().rposition(|other| *other == node).unwrap_or(0));
                    let loops = knot.len() > 1 || needs[node].contains(&node);
                    for other in knot {
                        result.looping[other] = loops;
                        // Whoever needs it from now on is in no knot with it.
                        reached[other] = usize::MAX;
                    }
                }
                if let Some((above, _)) = path.last() {
                    earliest[*above] = earliest[*above].min(earliest[node]);
                }
                continue;
            };
            *next += 1;
            match marks[need] {
                Mark::New => entering = Some(need),
                Mark::Open(from) => {
                    earliest[node] = earliest[node].min(reached[need]);
                    if told == 0 || told + path.len() - from <= MOST_IN_CIRCLES {
                        told += path.len() - from;
                        result.circles.push(path[from..].iter().map(|(open, _)| *open).collect());
                    }
                }
                Mark::Done => earliest[node] = earliest[node].min(reached[need]),
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::order;

    #[test]
    fn needs_come_first() {
        let found = order(&[vec![2], vec![0], vec![]]);
        assert_eq!(found.nodes, [2, 0, 1]);
        assert!(found.circles.is_empty());
    }

    #[test]
    fn a_circle_is_found_once() {
        let found = order(&[vec![1], vec![2], vec![0], vec![0]]);
        assert_eq!(found.circles, [vec![0, 1, 2]]);
    }

    #[test]
    fn all_of_a_knot_loops_and_what_only_leads_to_it_does_not() {
        // 0 needs the knot of 1, 2, 3 and 4, which needs 5; 6 needs itself.
        let found = order(&[vec![1], vec![2, 3], vec![1, 5], vec![4], vec![2], vec![], vec![6]]);
        assert_eq!(found.looping, [false, true, true, true, true, false, true]);
        assert_eq!(found.circles, [vec![1, 2], vec![6]]);
        assert_eq!(found.nodes.len(), 7);
    }

    #[test]
    fn a_knot_of_many_circles_is_told_in_part() {
        let nodes = 5_000;
        let needs: Vec<Vec<usize>> = (0..nodes).map(|n| vec![0, (n + 1) % nodes]).collect();
        let found = order(&needs);
        assert!(found.looping.iter().all(|loops| *loops));
        assert!(found.circles.iter().map(Vec::len).sum::<usize>() <= 2 * nodes);
    }

    #[test]
    fn long_chains_do_not_need_a_deep_stack() {
        let needs: Vec<Vec<usize>> =
            (0..100_000).map(|n: usize| if n == 0 { vec![] } else { vec![n - 1] }).collect();
        assert_eq!(order(&needs).nodes.len(), 100_000);
    }
}
