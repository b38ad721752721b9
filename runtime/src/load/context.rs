//! Arguments of global functions that are the program's context, for kernels that know it only by the argument's type.
//!
//! C says so by `__arg_ctx`, the tag `arg:ctx`, which Linux 6.8 looks at (commit 94e1c70a3452). Before, the argument must be a pointer
//! to the struct that the kernel has for contexts of the program's type (`btf_get_prog_ctx_type` in `kernel/bpf/btf.c`), whatever C calls
//! it. A function that programs of several types call has a type for each then, as with libbpf.

use std::borrow::Cow;

use super::growth::{append_string, append_types, set_word, word};
use super::since::Since;
use crate::blueprint::{Program, ProgramType};
use crate::btf::{Btf, Kind, Linkage};
use crate::open::OpenProgram;

const TAG: &str = "arg:ctx";

/// Types, and the records of functions that refer to them.
pub(crate) struct Contexts<'a> {
    types: Cow<'a, [u8]>,
    /// Of each program, the records of its functions if they are changed.
    records: Vec<Option<Vec<u8>>>,
}

/// [`Contexts::for_running`], by name, so that it is only linked for objects with functions that programs call.
pub(crate) type Part = for<'a> fn(&'a [u8], &[OpenProgram]) -> Contexts<'a>;

impl<'a> Contexts<'a> {
    /// For the running kernel. `types` are those of the object, in any size of its sections.
    #[inline]
    pub(crate) fn for_running(types: &'a [u8], programs: &[OpenProgram]) -> Self {
        // A younger kernel that has the tag from elsewhere takes the type as well.
        if Since(6, 8).is_ahead() { Self::new(types, programs.iter().map(OpenProgram::blueprint)) } else { Self::unchanged(types) }
    }

    /// For programs without such arguments.
    pub(super) fn unchanged(types: &'a [u8]) -> Self {
        Self { types: Cow::Borrowed(types), records: Vec::new() }
    }

    fn new<'p>(types: &'a [u8], programs: impl Iterator<Item = Program<'p>>) -> Self {
        let tagged = tagged(types).unwrap_or_default();
        if tagged.is_empty() {
            return Self::unchanged(types);
        }
        let mut contexts = Self::unchanged(types);
        for program in programs {
            let mut changed = contexts.types.clone().into_owned();
            let records = adapt(&mut changed, &tagged, &program);
            if records.is_some() {
                contexts.types = Cow::Owned(changed);
            }
            contexts.records.push(records);
        }
        contexts
    }

    pub(super) fn types(&self) -> &[u8] {
        &self.types
    }

    /// The records of a program's functions; `own` are the object's.
    pub(super) fn func_info<'r>(&'r self, program: usize, own: &'r [u8]) -> &'r [u8] {
        self.records.get(program).and_then(Option::as_deref).unwrap_or(own)
    }
}

/// Name of the struct that is the context of programs of a type; `None` where that has no name (`include/linux/bpf_types.h`).
#[inline]
fn context(program_type: ProgramType) -> Option<&'static str> {
    Some(match program_type {
        ProgramType::SOCKET_FILTER
        | ProgramType::SCHED_CLS
        | ProgramType::SCHED_ACT
        | ProgramType::CGROUP_SKB
        | ProgramType::LWT_IN
        | ProgramType::LWT_OUT
        | ProgramType::LWT_XMIT
        | ProgramType::LWT_SEG6LOCAL
        | ProgramType::SK_SKB
        | ProgramType::FLOW_DISSECTOR => "__sk_buff",
        ProgramType::XDP => "xdp_md",
        ProgramType::KPROBE => "bpf_user_pt_regs_t",
        ProgramType::PERF_EVENT => "bpf_perf_event_data",
        ProgramType::RAW_TRACEPOINT | ProgramType::RAW_TRACEPOINT_WRITABLE => "bpf_raw_tracepoint_args",
        ProgramType::CGROUP_SOCK => "bpf_sock",
        ProgramType::CGROUP_SOCK_ADDR => "bpf_sock_addr",
        ProgramType::CGROUP_DEVICE => "bpf_cgroup_dev_ctx",
        ProgramType::CGROUP_SYSCTL => "bpf_sysctl",
        ProgramType::CGROUP_SOCKOPT => "bpf_sockopt",
        ProgramType::SOCK_OPS => "bpf_sock_ops",
        ProgramType::SK_MSG => "sk_msg_md",
        ProgramType::SK_REUSEPORT => "sk_reuseport_md",
        ProgramType::SK_LOOKUP => "bpf_sk_lookup",
        ProgramType::NETFILTER => "bpf_nf_ctx",
        _ => return None,
    })
}

/// Global functions and the indices of their arguments that are tagged.
#[inline]
fn tagged(types: &[u8]) -> Option<Vec<(u32, u32)>> {
    let btf = Btf::parse(types).ok()?;
    let mut tagged = Vec::new();
    for tag in btf.types() {
        let tag = tag.ok()?;
        let Kind::DeclTag { target, component: Some(argument), .. } = tag.kind else { continue };
        if tag.is_named(TAG) && matches!(btf.get(target).ok()?.kind, Kind::Func { linkage: Linkage::Global, .. }) {
            tagged.push((target, argument));
        }
    }
    Some(tagged)
}

/// Gives those of a program's functions whose context the kernel would not know by its type a new type, which has a pointer to the
/// struct in that place. Returns their records; `None` if there are none, or the types are damaged.
#[inline]
fn adapt(types: &mut Vec<u8>, tagged: &[(u32, u32)], program: &Program<'_>) -> Option<Vec<u8>> {
    /// `struct bpf_func_info`: instruction, type.
    const RECORD: usize = 8;
    const PTR: u32 = 2 << 24;
    const STRUCT: u32 = 4 << 24;

    let Program { func_info, program_type, .. } = *program;
    let context = context(program_type)?;
    let mut records = func_info.to_vec();
    let mut pointer = None;
    for (record, original) in (0..).step_by(RECORD).zip(func_info.chunks_exact(RECORD)) {
        let function = word(original, 4)?;
        let arguments = tagged.iter().filter(|(target, _)| *target == function).map(|(_, argument)| *argument);
        let arguments: Vec<_> =
            arguments.filter(|argument| is_unknown(types, function, *argument, program_type) == Some(true)).collect();
        if arguments.is_empty() {
            continue;
        }
        let pointer = match pointer {
            Some(pointer) => pointer,
            None => {
                let name = append_string(types, context)?;
                let id = Btf::parse(types).ok()?.count().ok()?.checked_add(1)?;
                append_types(types, &[name, STRUCT, 0, 0, PTR, id])?;
                *pointer.insert(id.checked_add(1)?)
            }
        };
        let changed = replace_arguments(types, function, &arguments, pointer)?;
        set_word(&mut records, record + 4, changed)?;
    }
    pointer.map(|_| records)
}

/// Whether the kernel wouldn't know an argument as the context by its type, and it is one that may be: libbpf changes the same.
#[inline]
fn is_unknown(types: &[u8], function: u32, argument: u32, program_type: ProgramType) -> Option<bool> {
    let btf = Btf::parse(types).ok()?;
    let Kind::Func { proto, .. } = btf.get(function).ok()?.kind else { return None };
    let Kind::FuncProto(proto) = btf.get(proto).ok()?.kind else { return None };
    let argument = proto.params().nth(argument as usize)?;
    let Kind::Ptr { target } = btf.strip(argument.type_id()).ok()?.kind else { return Some(false) };
    let target = btf.strip(target).ok()?;
    Some(match target.kind {
        Kind::Void => true,
        Kind::Struct(_) => match program_type {
            ProgramType::KPROBE => target.is_named("pt_regs"),
            // What `bpf_user_pt_regs_t` is, on one machine or another.
            ProgramType::PERF_EVENT => ["pt_regs", "user_pt_regs", "user_regs_struct"].iter().any(|name| target.is_named(name)),
            _ => false,
        },
        Kind::Int(int) => {
            int.size == 8 && matches!(program_type, ProgramType::RAW_TRACEPOINT | ProgramType::RAW_TRACEPOINT_WRITABLE)
        }
        _ => false,
    })
}

/// Adds a function like another, of other arguments. Returns its number.
#[inline]
fn replace_arguments(types: &mut Vec<u8>, function: u32, arguments: &[u32], type_id: u32) -> Option<u32> {
    let btf = Btf::parse(types).ok()?;
    let Kind::Func { proto, .. } = btf.get(function).ok()?.kind else { return None };
    let Kind::FuncProto(parameters) = btf.get(proto).ok()?.kind else { return None };
    let record = |id: u32, words: usize| -> Option<Vec<u32>> {
        let place = btf.record_offset(id).ok()?;
        (0..words).map(|number| word(types, place.checked_add(number.checked_mul(4)?)?)).collect()
    };
    let mut proto = record(proto, parameters.params().len().checked_mul(2)?.checked_add(3)?)?;
    for &argument in arguments {
        // Behind three words, each has a name and a type.
        *proto.get_mut((argument as usize).checked_mul(2)?.checked_add(4)?)? = type_id;
    }
    let new_proto = btf.count().ok()?.checked_add(1)?;
    let mut function = record(function, 3)?;
    *function.last_mut()? = new_proto;
    append_types(types, &[proto, function].concat())?;
    new_proto.checked_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::btf::builder::Builder;

    /// A global function with an int and a pointer to something, which is tagged; the number of the function.
    fn btf(target: impl FnOnce(&mut Builder) -> u32) -> (Builder, u32) {
        let mut b = if cfg!(target_endian = "big") { Builder::big_endian() } else { Builder::new() };
        let target = target(&mut b);
        let (int, pointer) = (b.int("int", 4, 1), b.ptr(target));
        let proto = b.func_proto(int, &[("factor", int), ("ctx", pointer)]);
        let function = b.func("length", proto);
        b.raw(TAG, 17, 0, false, function, &[1]);
        (b, function)
    }

    fn records(function: u32) -> Vec<u8> {
        [0, 1, 9, function].iter().flat_map(|word: &u32| word.to_ne_bytes()).collect()
    }

    /// What the second parameter points to for a program: kind and name. `None` if nothing was changed.
    fn changed(b: &Builder, function: u32, program_type: ProgramType) -> Option<String> {
        let (types, records) = (b.bytes(), records(function));
        let programs = [Program::EMPTY, Program { func_info: &records, program_type, ..Program::EMPTY }];
        let contexts = Contexts::new(&types, programs.into_iter());
        let own = contexts.func_info(1, &records);
        assert_eq!(own[..12], records[..12], "the first function is another");
        let id = word(own, 12).unwrap();
        let btf = Btf::parse(contexts.types()).unwrap();
        let new = btf.get(id).unwrap();
        assert_eq!(new.name().unwrap(), "length");
        let Kind::Func { proto, linkage: Linkage::Global } = new.kind else { panic!("{new:?}") };
        let Kind::FuncProto(proto) = btf.get(proto).unwrap().kind else { panic!("no prototype") };
        let [first, second] = [0, 1].map(|number| proto.params().nth(number).unwrap());
        assert_eq!((first.name().unwrap(), second.name().unwrap()), ("factor", "ctx"));
        assert!(matches!(btf.get(first.type_id()).unwrap().kind, Kind::Int(_)));
        let Kind::Ptr { target } = btf.get(second.type_id()).unwrap().kind else { panic!("no pointer") };
        let target = btf.get(target).unwrap();
        if id == function {
            assert_eq!(contexts.types(), types);
            return None;
        }
        assert!(matches!(target.kind, Kind::Struct(_)), "{target:?}");
        Some(target.name().unwrap().to_owned())
    }

    #[test]
    fn untyped_contexts_get_the_program_s_type() {
        let (b, function) = btf(|_| 0);
        assert_eq!(changed(&b, function, ProgramType::XDP).as_deref(), Some("xdp_md"));
        assert_eq!(changed(&b, function, ProgramType::SCHED_CLS).as_deref(), Some("__sk_buff"));
        assert_eq!(changed(&b, function, ProgramType::KPROBE).as_deref(), Some("bpf_user_pt_regs_t"));
        // There is no struct for these.
        assert_eq!(changed(&b, function, ProgramType::TRACING), None);
    }

    #[test]
    fn contexts_of_other_types_are_the_verifier_s_matter() {
        let (b, function) = btf(|b| b.structure("pt_regs", 8, &[]));
        assert_eq!(changed(&b, function, ProgramType::KPROBE).as_deref(), Some("bpf_user_pt_regs_t"));
        assert_eq!(changed(&b, function, ProgramType::PERF_EVENT).as_deref(), Some("bpf_perf_event_data"));
        assert_eq!(changed(&b, function, ProgramType::XDP), None);
        let (b, function) = btf(|b| b.int("u64", 8, 0));
        assert_eq!(changed(&b, function, ProgramType::RAW_TRACEPOINT).as_deref(), Some("bpf_raw_tracepoint_args"));
        assert_eq!(changed(&b, function, ProgramType::KPROBE), None);
    }

    #[test]
    fn damaged_types_stay() {
        let (b, function) = btf(|_| 0);
        let (types, records) = (b.bytes(), records(function));
        let program = Program { func_info: &records, program_type: ProgramType::XDP, ..Program::EMPTY };
        for length in 0..types.len() {
            let contexts = Contexts::new(&types[..length], [program].into_iter());
            assert_eq!((contexts.types(), contexts.func_info(0, &records)), (&types[..length], &records[..]));
        }
        for place in 0..types.len() {
            let mut types = types.clone();
            types[place] ^= 0xff;
            Contexts::new(&types, [program].into_iter());
        }
    }
}
