//! Why the verifier rejected a program.

use std::io;

use super::{jump, privilege};
use crate::blueprint::{Object, Program};
use crate::btf::Btf;
use crate::maps::Map;
use crate::open::OpenObject;
use crate::relocate::POISON;
use crate::symbols::UNRESOLVED_FUNCTION;
use crate::sys::ENOTSUPP;
use crate::{Error, ErrorKind, text};

/// Number of the function that is called in place of loading a map that was not created, less the map's index. libbpf's, by which
/// people and tools know it.
pub(super) const UNCREATED_MAP: u32 = 2_001_000_000;

/// A program that the verifier has rejected.
pub(super) struct Rejection<'a> {
    pub(super) open: &'a OpenObject,
    /// Index of the program.
    pub(super) index: usize,
    pub(super) maps: &'a [Map],
    pub(super) error: io::Error,
    /// The whole log.
    pub(super) log: String,
}

impl Rejection<'_> {
    /// The error: the verifier's last words and the C source line that they are about.
    pub(super) fn into_error(self) -> Error {
        let object = self.open.object();
        let program = object.programs.get(self.index);
        let name = program.map_or("", |program| program.name);
        let verdict = Verdict::of(&self.log);
        let source =
            program.zip(verdict.instruction).and_then(|(program, instruction)| SourceLine::of(object, program, instruction));
        let at = source.map(|source| source.to_string()).unwrap_or_default();
        let why = self.missing(&verdict).unwrap_or_else(|| advised(verdict.text));
        let message = format!("the verifier rejected program `{name}`{at}: {why}");
        Error::with_source(ErrorKind::Verifier, message, self.error).with_verifier_log(self.log)
    }

    /// What the program refers to and this kernel doesn't have, if that is why.
    fn missing(&self, verdict: &Verdict) -> Option<String> {
        let program = self.open.object().programs.get(self.index)?;
        if refuses_functions(&verdict.text) && program.instructions.chunks(8).any(is_function_address) {
            let what = "it has the address of a function, for the kernel to call it back";
            return Some(format!("{what}, which came with Linux 5.13, and this kernel is older"));
        }
        if let Some(why) = no_jumps(program, verdict, &self.error) {
            return Some(why);
        }
        let number = verdict.unknown_function()?;
        if number == POISON {
            let object = self.open.object();
            let program = object.programs.get(self.index)?;
            // Of a load in two halves, the verifier may get to either.
            let sites = program.relocations.iter().filter(|site| Some(site.instruction) <= verdict.instruction);
            let site = sites.max_by_key(|site| site.instruction)?;
            let why = self.open.explain(site.relocation as usize)?;
            return Some(format!("it reads what this kernel doesn't have: {why}"));
        }
        let object = self.open.object();
        let symbol = number.checked_sub(UNRESOLVED_FUNCTION).and_then(|number| usize::try_from(number).ok());
        let symbol = symbol.and_then(|number| number.checked_sub(object.externals.len()));
        if let Some(why) = symbol.and_then(|symbol| self.open.explain_symbol(symbol)) {
            return Some(format!("it calls what this kernel doesn't have: {why}"));
        }
        if let Some(mode) = privilege::lockdown().filter(|mode| locks(mode, number)) {
            return Some(format!(
                "{}; the kernel is locked down (`{mode}`), which forbids it: boot with `lockdown=none`",
                verdict.text
            ));
        }
        if let Some(since) = since(number).filter(|_| text::contains(&verdict.text, "invalid func ")) {
            return Some(format!("it calls helper function {number}, which came with Linux {since}, and this kernel is older"));
        }
        let map = usize::try_from(number.checked_sub(UNCREATED_MAP)?).ok().and_then(|index| self.maps.get(index))?;
        Some(format!(
            "it uses map `{}`, which was not created since its `autocreate` was switched off; exclude that by a `.rodata` variable, or \
             switch the program's `autoload` off",
            map.name()
        ))
    }
}

/// Why a program that jumps by tables is refused when the verifier has nothing to say against it: it is compiled after that, and only the
/// compilers of some machines know such jumps. Without one, there are no addresses for the tables (`bpf_insn_array_ready` in
/// `kernel/bpf/bpf_insn_array.c`), or nothing to run the program by (`bpf_prog_select_runtime` in `kernel/bpf/core.c`).
fn no_jumps(program: &Program<'_>, verdict: &Verdict, error: &io::Error) -> Option<String> {
    let compiled = matches!(error.raw_os_error(), Some(libc::EFAULT | ENOTSUPP)) && verdict.text.starts_with("processed ");
    (compiled && !program.jump_tables.is_empty()).then(|| {
        format!(
            "it jumps by a table, for which this kernel's BPF compiler for `{}` has no instructions (since Linux {} those for `x86_64` and \
             `aarch64` do); compile its C source with `-mcpu=v3`",
            std::env::consts::ARCH,
            jump::SINCE
        )
    })
}

/// Whether a mode of lockdown takes a helper function away: those that read the kernel's memory, and the one that writes to a process's
/// (`kernel/trace/bpf_trace.c`, `security/lockdown/lockdown.c`).
fn locks(mode: &str, helper: u32) -> bool {
    const PROBE_WRITE_USER: u32 = 36;
    /// `bpf_probe_read`, `bpf_probe_read_str`, `bpf_probe_read_kernel`, `bpf_probe_read_kernel_str`
    const READ: [u32; 4] = [4, 45, 113, 115];

    helper == PROBE_WRITE_USER || mode == "confidentiality" && READ.contains(&helper)
}

/// Whether a message (`check_btf_func` and `resolve_pseudo_ldimm64` in `kernel/bpf/verifier.c`) may say that the kernel takes the address
/// of a function, `BPF_PSEUDO_FUNC`, for something else, as all did before Linux 5.13 (commit 69c087ba6225).
fn refuses_functions(text: &str) -> bool {
    ["number of funcs in func_info doesn't match number of subprogs", "unrecognized bpf_ld_imm64 insn"].contains(&text)
}

/// Whether an instruction loads the address of a function.
fn is_function_address(instruction: &[u8]) -> bool {
    /// The source register, which shares a byte with the destination.
    const PSEUDO_FUNC: u8 = 4;

    let source = |registers: u8| if cfg!(target_endian = "big") { registers & 15 } else { registers >> 4 };
    matches!(*instruction, [0x18, registers, ..] if source(registers) == PSEUDO_FUNC)
}

/// The first kernel that has a helper function, of those that are younger than the oldest kernel of interest: their numbers in
/// `include/uapi/linux/bpf.h` have grown with each version until Linux 6.2, as of which functions for programs are kfuncs.
fn since(helper: u32) -> Option<&'static str> {
    /// The first number of each version, beginning with the last; the end comes first.
    const FIRST: [(u32, Option<&str>); 14] = [
        (212, None),
        (210, Some("6.2")),
        (208, Some("6.1")),
        (204, Some("6.0")),
        (194, Some("5.19")),
        (186, Some("5.18")),
        (180, Some("5.17")),
        (176, Some("5.16")),
        (169, Some("5.15")),
        (166, Some("5.14")),
        (164, Some("5.13")),
        (163, Some("5.12")),
        (156, Some("5.11")),
        (0, None),
    ];
    FIRST.iter().find(|(first, _)| *first <= helper)?.1
}

/// Number of a function that a program calls and can't, if the verifier rejected it for that.
pub(super) fn unknown_function(log: &str) -> Option<u32> {
    Verdict::of(log).unknown_function()
}

/// The message of a log, for fuzzing.
#[cfg(fuzzing)]
pub(crate) fn verdict(log: &str) -> String {
    let verdict = Verdict::of(log);
    let _ = verdict.unknown_function();
    advised(verdict.text)
}

/// What a log ends in.
#[derive(Debug, PartialEq, Eq)]
struct Verdict {
    text: String,
    /// The instruction that it is about.
    instruction: Option<u32>,
}

impl Verdict {
    /// The lines behind the last instruction that was looked at, without states and statistics.
    fn of(log: &str) -> Self {
        let mut lines = Vec::new();
        let mut instruction = None;
        for line in log.lines().rev().map(str::trim) {
            let numbered = text::split_once(line, ": ").and_then(|(number, rest)| Some((text::number(number)?, rest)));
            match numbered {
                Some((number, rest)) if rest.starts_with('(') => {
                    instruction = Some(number);
                    break;
                }
                None if is_message(line) => lines.push(line),
                _ => {}
            }
        }
        lines.reverse();
        // What Linux 7.3 says at length behind it is for whoever reads the log.
        if let Some(report) = lines.iter().position(|line| line.starts_with("Verification failed")) {
            lines.truncate(report.max(1));
        }
        if lines.is_empty() {
            // Nothing that looks like a message: the last line then.
            lines.extend(log.lines().rev().map(str::trim).find(|line| !line.is_empty()));
        }
        let text = lines.join("; ");
        // `jump out of range from insn 3 to 9`: found before any instruction was looked at.
        let named = text::split_once(&text, "insn ").and_then(|(_, rest)| Some(text::leading_number(rest)?.0));
        Self { text, instruction: named.or(instruction) }
    }

    fn unknown_function(&self) -> Option<u32> {
        // The kernel doesn't know the number; this kernel hasn't the function, or its name only; Linux 6.9's words for the same.
        const WORDS: [&str; 3] = ["invalid func ", "unknown func ", "program of this type cannot use helper "];

        let rest = WORDS.iter().find_map(|words| text::split_once(&self.text, words))?.1;
        let (_, number) = text::split_once(rest, "#")?;
        Some(text::leading_number(number)?.0)
    }
}

/// Whether a line of the log says something of the program: it isn't source, a state, or a statistic.
fn is_message(line: &str) -> bool {
    const OTHERS: [&str; 12] = [
        ";",
        "from ",
        "processed ",
        "verification time",
        "stack depth",
        "max_states",
        "mark_precise",
        "regs=",
        "last_idx",
        "parent ",
        "func#",
        "propagating ",
    ];
    !line.is_empty() && !OTHERS.iter().any(|other| line.starts_with(other))
}

/// A message, with what to do about it if that isn't plain.
fn advised(mut text: String) -> String {
    /// Parts of messages (`kernel/bpf/verifier.c`, 5.10 to 7.3), the first that fits.
    const HINTS: [(&str, &str); 15] = [
        (
            "failed to find the address for kernel symbol",
            "this kernel doesn't list its data: programs get at it by `__ksym` only where it is built with `CONFIG_KALLSYMS_ALL=y`",
        ),
        ("GPL-restricted", "give the C source a licence: `char LICENSE[] SEC(\"license\") = \"GPL\";`"),
        ("GPL compatible", "give the C source a licence: `char LICENSE[] SEC(\"license\") = \"GPL\";`"),
        ("invalid func unknown#", "this kernel is older than a function that the program calls"),
        ("_or_null'", "compare the pointer with NULL before it is used"),
        ("invalid mem access 'scalar'", "to the verifier that is a number: read kernel memory by `BPF_CORE_READ()` or the like"),
        ("invalid mem access 'inv'", "to the verifier that is a number: read kernel memory by `BPF_CORE_READ()` or the like"),
        ("!read_ok", "a variable or the result of a function is used before it is set, on some path"),
        ("outside of the allowed memory range", "compare the offset with its bounds first, in a way that the compiler keeps"),
        ("outside of the packet", "compare the pointer with the packet's end (`data_end`) first"),
        ("program is too large", "bound its loops, or split it by global functions, `bpf_loop()` (Linux 5.17) or tail calls"),
        ("no jump tables found for subprog", "labels for `goto *` must be in an array that is a local variable and not `static`"),
        ("combined stack size", "keep large variables in a map, such as a per-CPU array of one entry"),
        ("nreleased reference", "on each path, release what was acquired: submit or discard what was reserved"),
        ("invalid indirect read from stack", "set the whole struct, its padding too: `__builtin_memset(&x, 0, sizeof(x))`"),
    ];
    if let Some((_, hint)) = HINTS.iter().find(|(part, _)| text::contains(&text, part)) {
        text.push_str("; ");
        text.push_str(hint);
    }
    text
}

/// A line of C.
struct SourceLine<'a> {
    file: &'a str,
    line: u32,
    text: &'a str,
}

impl<'a> SourceLine<'a> {
    /// The line that an instruction comes from, by the program's line records.
    fn of(object: &Object<'a>, program: &Program<'a>, instruction: u32) -> Option<Self> {
        /// Bits of the column in a record's last word.
        const COLUMN: u32 = 10;

        let mut found = None;
        for record in program.line_info.chunks_exact(16) {
            let mut words = record.chunks_exact(4).filter_map(|word| Some(u32::from_ne_bytes(word.try_into().ok()?)));
            let (first, file, text, line) = (words.next()?, words.next()?, words.next()?, words.next()?);
            if first > instruction {
                break;
            }
            found = Some((file, text, line >> COLUMN));
        }
        let (file, text, line) = found?;
        let strings = Btf::parse(object.btf).ok()?.strings;
        let file = strings.text(file).ok()?;
        Some(Self { file: file.rsplit('/').next().unwrap_or(file), line, text: strings.text(text).unwrap_or_default().trim() })
    }
}

/// As it goes behind the program's name.
impl std::fmt::Display for SourceLine<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, " at {}:{}", self.file, self.line)?;
        if self.text.is_empty() { Ok(()) } else { write!(f, " (`{}`)", self.text) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lockdown_takes_functions_away() {
        assert!(locks("confidentiality", 113) && locks("confidentiality", 36) && locks("integrity", 36));
        assert!(!locks("integrity", 113) && !locks("confidentiality", 112) && !locks("confidentiality", 1));
    }

    #[test]
    fn helper_functions_came_with_versions() {
        // `bpf_redirect_peer`, `bpf_task_storage_get`, `bpf_check_mtu`, `bpf_for_each_map_elem`, `bpf_get_attach_cookie`, `bpf_loop`,
        // `bpf_user_ringbuf_drain`, `bpf_cgrp_storage_delete`, and none.
        let numbers = [155, 156, 163, 164, 174, 181, 209, 211, 212, POISON];
        let versions =
            [None, Some("5.11"), Some("5.12"), Some("5.13"), Some("5.15"), Some("5.17"), Some("6.1"), Some("6.2"), None, None];
        assert_eq!(numbers.map(since), versions);
    }

    fn verdict(log: &str) -> (String, Option<u32>) {
        let verdict = Verdict::of(log);
        (verdict.text, verdict.instruction)
    }

    #[test]
    fn finds_the_last_words() {
        let log = "\
func#0 @0
0: R1=ctx() R10=fp0
; return *(int *)ctx->p; @ a.bpf.c:7
0: (79) r1 = *(u64 *)(r1 +0)          ; R1_w=scalar()
1: (61) r0 = *(u32 *)(r1 +0)
R1 invalid mem access 'scalar'
processed 2 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
";
        assert_eq!(verdict(log), ("R1 invalid mem access 'scalar'".to_owned(), Some(1)));
        let log = "\
7: (71) r1 = *(u8 *)(r0 +8)
 R0=map_value(id=0,off=0,ks=4,vs=4,imm=0) R10=fp0
invalid access to map value, value_size=4 off=8 size=1
R0 min value is outside of the allowed memory range
processed 8 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0

";
        assert_eq!(verdict(log).1, Some(7));
        assert!(verdict(log).0.ends_with(
            "invalid access to map value, value_size=4 off=8 size=1; R0 min value is outside of the allowed memory range"
        ));
    }

    #[test]
    fn copes_with_anything() {
        assert_eq!(verdict("jump out of range from insn 3 to 9\n"), ("jump out of range from insn 3 to 9".to_owned(), Some(3)));
        assert_eq!(verdict(""), (String::new(), None));
        assert_eq!(verdict("processed 0 insns\n"), ("processed 0 insns".to_owned(), None));
        assert_eq!(verdict("Verification failed: x\n  more\n"), ("Verification failed: x".to_owned(), None));
        assert_eq!(verdict("99999999999999: (95) exit\nx\n"), ("99999999999999: (95) exit; x".to_owned(), None));
    }

    #[test]
    fn knows_numbers_of_missing_functions() {
        let number = |text: &str| Verdict { text: text.to_owned(), instruction: None }.unknown_function();
        assert_eq!(number("invalid func unknown#195896080"), Some(POISON));
        assert_eq!(number("invalid func unknown#2001000003"), Some(UNCREATED_MAP + 3));
        assert_eq!(number("invalid func unknown#99999999999"), None);
        assert_eq!(number("R1 type=ctx expected=fp"), None);
        assert_eq!(number("unknown func bpf_loop#181"), Some(181));
        assert_eq!(number("program of this type cannot use helper bpf_override_return#58"), Some(58));
    }

    #[test]
    fn jumps_need_a_compiler_that_knows_them() {
        let why = |program: &Program<'_>, number: i32, log: &str| {
            no_jumps(program, &Verdict::of(log), &io::Error::from_raw_os_error(number))
        };
        let jumping = Program { jump_tables: &[&[0]], ..Program::EMPTY };
        let (accepted, rejected) =
            ("func#0 @0\nprocessed 8 insns (limit 1000000)\n", "8: (0d) gotox r2\nverifier bug\nprocessed 8 insns\n");
        for number in [libc::EFAULT, ENOTSUPP] {
            let text = why(&jumping, number, accepted).unwrap();
            let arch = std::env::consts::ARCH;
            assert_eq!(
                text,
                format!(
                    "it jumps by a table, for which this kernel's BPF compiler for `{arch}` has no instructions (since Linux 6.19 those for \
                     `x86_64` and `aarch64` do); compile its C source with `-mcpu=v3`"
                )
            );
            assert_eq!(why(&jumping, number, rejected), None);
            assert_eq!(why(&Program::EMPTY, number, accepted), None);
        }
        assert_eq!(why(&jumping, libc::EINVAL, accepted), None);
    }

    #[test]
    fn says_what_to_do() {
        for (text, advice) in [
            ("R0 invalid mem access 'map_value_or_null'", "compare the pointer with NULL before it is used"),
            (
                "R1 invalid mem access 'inv'",
                "to the verifier that is a number: read kernel memory by `BPF_CORE_READ()` or the like",
            ),
            ("R5 !read_ok", "a variable or the result of a function is used before it is set, on some path"),
            (
                "invalid access to map value, value_size=4 off=8 size=1; R0 min value is outside of the allowed memory range",
                "compare the offset with its bounds first, in a way that the compiler keeps",
            ),
            (
                "cannot call GPL-restricted function from non-GPL compatible program",
                "give the C source a licence: `char LICENSE[] SEC(\"license\") = \"GPL\";`",
            ),
        ] {
            assert_eq!(advised(text.to_owned()), format!("{text}; {advice}"));
        }
        assert_eq!(advised("R1 type=ctx expected=fp".to_owned()), "R1 type=ctx expected=fp");
    }
}
