//! The files that clang read, as it writes them for `make`.

use std::path::PathBuf;

/// All prerequisites in a rule of `make`, in order, each once.
pub(crate) fn parse(rule: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut add = |name: &mut String| {
        let file = PathBuf::from(std::mem::take(name));
        if !file.as_os_str().is_empty() && !files.contains(&file) {
            files.push(file);
        }
    };
    // The target comes first: a name of ours, which has no colon followed by a space.
    let prerequisites = rule.split_once(": ").map_or("", |(_, rest)| rest);
    let mut name = String::new();
    let mut rest = prerequisites.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('\\', Some('\n')) => {
                rest.next();
                add(&mut name);
            }
            ('\\', Some(' ' | '#')) | ('$', Some('$')) => name.extend(rest.next()),
            (' ' | '\n', _) => add(&mut name),
            _ => name.push(c),
        }
    }
    add(&mut name);
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_with_odd_characters() {
        let rule = "out/x.o: src/x.bpf.c \\\n  /usr/include/a\\ b.h \\\n  dir/$$price\\#1.h back\\slash.h src/x.bpf.c\n";
        let files = ["src/x.bpf.c", "/usr/include/a b.h", "dir/$price#1.h", "back\\slash.h"];
        assert_eq!(parse(rule), files.map(PathBuf::from));
        assert_eq!(parse(""), Vec::<PathBuf>::new());
        assert_eq!(parse("x.o: \\"), [PathBuf::from("\\")]);
    }
}
