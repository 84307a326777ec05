//! What depends on what: an order in which everything stands after its needs, or the circles that make it impossible.

/// Nodes in an order of dependency, and the circles found; nodes of a circle are in no order.
pub(super) struct Order {
    pub(super) nodes: Vec<usize>,
    pub(super) circles: Vec<Vec<usize>>,
}

/// Sorts `needs.len()` nodes so that each follows the nodes it needs. Iterative: chains may be long.
pub(super) fn order(needs: &[Vec<usize>]) -> Order {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; needs.len()];
    let mut result = Order { nodes: Vec::new(), circles: Vec::new() };
    for start in 0..needs.len() {
        if marks[start] != Mark::New {
            continue;
        }
        // Each entry: a node, and how many of its needs have been looked at.
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        marks[start] = Mark::Open;
        while let Some((node, next)) = path.last_mut() {
            let node = *node;
            let Some(need) = needs[node].get(*next).copied() else {
                marks[node] = Mark::Done;
                result.nodes.push(node);
                path.pop();
                continue;
            };
            *next += 1;
            match marks[need] {
                Mark::New => {
                    marks[need] = Mark::Open;
                    path.push((need, 0));
                }
                Mark::Open => {
                    let from = path.iter().position(|(open, _)| *open == need).unwrap_or(0);
                    result.circles.push(path[from..].iter().map(|(open, _)| *open).collect());
                }
                Mark::Done => {}
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
    fn long_chains_do_not_need_a_deep_stack() {
        let needs: Vec<Vec<usize>> = (0..100_000).map(|n: usize| if n == 0 { vec![] } else { vec![n - 1] }).collect();
        assert_eq!(order(&needs).nodes.len(), 100_000);
    }
}
