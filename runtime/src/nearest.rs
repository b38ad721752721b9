//! The name that was probably meant, for messages.

/// Looks for the nearest of many names.
#[derive(Debug)]
pub struct Nearest<'w> {
    wanted: &'w str,
    best: Option<(Remoteness, String)>,
}

/// Edits that lie between two names without the underscores around them, and whether those differ too: `state` became `__state` in
/// Linux 5.14, which is nearer than `stats`.
type Remoteness = (usize, bool);

impl<'w> Nearest<'w> {
    /// Looks for names near to this one.
    pub fn to(wanted: &'w str) -> Self {
        Self { wanted, best: None }
    }

    /// Considers a name. Of equally near ones the first wins.
    pub fn offer(&mut self, name: &str) {
        let (wanted, offered) = (self.wanted.trim_matches('_'), name.trim_matches('_'));
        let (short, long) = if offered.len() < wanted.len() { (offered, wanted) } else { (wanted, offered) };
        let lengths = long.len() - short.len();
        let contained = short.len() >= 3 && lengths <= short.len() && crate::text::split_once(long, short).is_some();
        let limit = if contained { lengths } else { wanted.len().max(3) / 3 };
        let best = self.best.as_ref().map_or((usize::MAX, true), |&(best, _)| best);
        if offered.is_empty() || name == self.wanted || lengths > limit.min(best.0) {
            return;
        }
        let distance = distance(wanted.as_bytes(), offered.as_bytes());
        let remoteness = (distance, self.wanted.len() - wanted.len() != name.len() - offered.len());
        if distance <= limit && remoteness < best {
            self.best = Some((remoteness, name.to_owned()));
        }
    }

    /// The nearest of a few names.
    pub fn among<'n>(wanted: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
        let mut nearest = Nearest::to(wanted);
        names.into_iter().for_each(|name| nearest.offer(name));
        nearest.found()
    }

    /// The nearest of those that are near enough to be meant.
    pub fn found(self) -> Option<String> {
        self.best.map(|(_, name)| name)
    }
}

/// Edit distance: insertions, removals and replacements that make one of the other.
fn distance(one: &[u8], other: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (&a, line) in one.iter().zip(1..) {
        // The field up and to the left of the current one.
        let mut corner = line - 1;
        let mut left = line;
        for (place, &b) in row.iter_mut().skip(1).zip(other) {
            let up = *place;
            left = (corner + usize::from(a != b)).min(up + 1).min(left + 1);
            corner = up;
            *place = left;
        }
        if let Some(first) = row.first_mut() {
            *first = line;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_distances() {
        for (one, other, expected) in
            [("", "", 0), ("", "ab", 2), ("ab", "", 2), ("state", "__state", 2), ("kitten", "sitting", 3), ("flaw", "lawn", 2)]
        {
            assert_eq!(distance(one.as_bytes(), other.as_bytes()), expected, "{one} {other}");
        }
    }

    #[test]
    fn offers_only_what_is_near() {
        let nearest = |wanted, names: &[&'static str]| Nearest::among(wanted, names.iter().copied());
        assert_eq!(nearest("state", &["flags", "stack", "__state", "stats"]).as_deref(), Some("__state"));
        assert_eq!(nearest("state", &["flags", "stack", "stats"]).as_deref(), Some("stats"));
        assert_eq!(nearest("pid", &["id", "tgid", "pid"]).as_deref(), Some("id"));
        assert_eq!(nearest("cpu", &["exit_code", "", "recent_used_cpu"]), None);
    }
}
