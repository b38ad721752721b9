//! What clang says of the source.

use std::collections::HashSet;
use std::fmt;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    Warning,
    Error,
}

/// An error or a warning, with the notes to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Diagnostic {
    pub(crate) severity: Severity,
    /// `file:line:column`; empty if it is of no place.
    pub(crate) place: String,
    pub(crate) text: String,
    /// Place and text of each.
    pub(crate) notes: Vec<(String, String)>,
}

impl Diagnostic {
    /// Reads all diagnostics in what clang writes for people. Source lines and the like are left out, and so is the way through macros
    /// to the place that is named: it would be most of the text. What a macro makes clang say twice of one place is said once.
    pub(crate) fn parse(output: &str) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        for line in output.lines() {
            let Some((place, word, text)) = split(line) else { continue };
            let (place, text) = (place.to_owned(), text.to_owned());
            let severity = match word {
                "note" => {
                    if let Some(last) = found.last_mut() {
                        last.notes.push((place, text));
                    }
                    continue;
                }
                "warning" => Severity::Warning,
                _ => Severity::Error,
            };
            found.push(Self { severity, place, text, notes: Vec::new() });
        }
        for diagnostic in &mut found {
            diagnostic.notes.retain(|(_, text)| !text.starts_with("expanded from macro "));
        }
        let mut told = HashSet::new();
        found.retain(|diagnostic| told.insert(diagnostic.to_string()));
        found
    }
}

/// Place, severity and text of a line, if it has them.
fn split(line: &str) -> Option<(&str, &str, &str)> {
    let found = ["fatal error", "error", "warning", "note"].into_iter().filter_map(|word| {
        let (before, text) = match line.strip_prefix(word) {
            Some(text) => ("", text.strip_prefix(": ")?),
            None => line.split_once(&format!(": {word}: "))?,
        };
        Some((before, word, text))
    });
    // The first of the words counts, as the text may hold another.
    let (before, word, text) = found.min_by_key(|(before, ..)| before.len())?;
    let number = |part: Option<&str>| part.is_some_and(|part| part.parse::<u32>().is_ok());
    let mut parts = before.rsplitn(3, ':');
    if number(parts.next()) && number(parts.next()) {
        Some((before, word, text))
    } else if before.is_empty() || before.starts_with("clang") {
        // Of the command line, or of a function as a whole.
        Some(("", word, text))
    } else {
        // A line of the source that looks like it.
        None
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = if self.place.is_empty() { "" } else { ": " };
        write!(f, "{}{separator}{}", self.place, self.text)?;
        for (place, text) in &self.notes {
            let separator = if place.is_empty() { "" } else { ": " };
            write!(f, "; note: {place}{separator}{text}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_out_the_way_through_macros() {
        let error = "\
src/x.bpf.c:16:32: error: no member named 'stat' in 'struct task_struct'; did you mean 'state'?
include/bpf/bpf_core_read.h:168:65: note: expanded from macro 'BPF_CORE_READ'
src/x.bpf.c:7:19: note: 'state' declared here
";
        let shown: Vec<_> = Diagnostic::parse(&error.repeat(2)).iter().map(ToString::to_string).collect();
        let expected = "src/x.bpf.c:16:32: no member named 'stat' in 'struct task_struct'; did you mean 'state'?; note: src/x.bpf.c:7:19: \
                        'state' declared here";
        assert_eq!(shown, [expected]);
    }

    #[test]
    fn reads_what_clang_writes() {
        let output = "\
In file included from src/x.bpf.c:1:
src/x.h:3:5: warning: unused variable 'error: x' [-Wunused-variable]
  int error;
      ^
src/x.bpf.c:7:9: error: no member named 'pidd' in 'struct task_struct'; did you mean 'pid'?
  t->pidd;
     ^~~~
     pid
src/vmlinux.h:4:3: note: 'pid' declared here
  char *pid = \"oh: error: no\";
        ^
src/x.bpf.c:9:10: fatal error: 'nope.h' file not found
#include \"nope.h\"
         ^~~~~~~~
clang: error: unknown argument: '-fnope'
error: <unknown>:0:0: in function f i32 (i8*): too many args
1 warning and 4 errors generated.
";
        let shown: Vec<_> = Diagnostic::parse(output).iter().map(|found| (found.severity, found.to_string())).collect();
        let expected = [
            (Severity::Warning, "src/x.h:3:5: unused variable 'error: x' [-Wunused-variable]"),
            (
                Severity::Error,
                "src/x.bpf.c:7:9: no member named 'pidd' in 'struct task_struct'; did you mean 'pid'?; note: src/vmlinux.h:4:3: 'pid' \
                 declared here",
            ),
            (Severity::Error, "src/x.bpf.c:9:10: 'nope.h' file not found"),
            (Severity::Error, "unknown argument: '-fnope'"),
            (Severity::Error, "<unknown>:0:0: in function f i32 (i8*): too many args"),
        ];
        assert_eq!(shown, expected.map(|(severity, text)| (severity, text.to_owned())));
    }
}
