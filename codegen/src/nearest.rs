//! The name that was probably meant.

/// The candidate that takes the fewest changes of a character, if that is few enough to be a slip: at most a third of the name.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = name.chars().count().div_ceil(3);
    let distances = candidates.into_iter().map(|candidate| (distance(name, candidate), candidate));
    distances.filter(|&(distance, _)| distance <= limit).min_by_key(|&(distance, _)| distance).map(|(_, candidate)| candidate)
}

/// Characters to insert, delete or replace to make one text of the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (index, a) in from.chars().enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        for (cell, b) in row.iter_mut().zip(std::iter::once(None).chain(to.chars().map(Some))) {
            let next = match b {
                None => index + 1,
                Some(b) => (left + 1).min(*cell + 1).min(diagonal + usize::from(a != b)),
            };
            diagonal = *cell;
            left = next;
            *cell = next;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_changes() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("xdp", "xdp"), 0);
    }

    #[test]
    fn takes_the_nearest_within_reason() {
        let known = ["kprobe", "kretprobe", "uprobe"];
        assert_eq!(nearest("kprob", known), Some("kprobe"));
        assert_eq!(nearest("kretprobes", known), Some("kretprobe"));
        assert_eq!(nearest("xyz", known), None);
    }
}
