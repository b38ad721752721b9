//! Programs of any number of relocations.

use std::fmt::Write as _;

use corebone_differential::clang::{Clang, Order};

/// Types, each with five fields that every kernel has.
const TYPES: [(&str, [(&str, &str); 5]); 12] = [
    ("task_struct", [("int", "pid"), ("int", "tgid"), ("int", "prio"), ("unsigned int", "flags"), ("void *", "mm")]),
    (
        "mm_struct",
        [
            ("void *", "pgd"),
            ("int", "map_count"),
            ("unsigned long", "total_vm"),
            ("unsigned long", "brk"),
            ("unsigned long", "start_code"),
        ],
    ),
    (
        "signal_struct",
        [("int", "nr_threads"), ("int", "group_exit_code"), ("unsigned int", "flags"), ("int", "leader"), ("void *", "tty")],
    ),
    (
        "cred",
        [
            ("void *", "user"),
            ("void *", "user_ns"),
            ("void *", "group_info"),
            ("unsigned int", "securebits"),
            ("unsigned char", "jit_keyring"),
        ],
    ),
    ("nsproxy", [("void *", "uts_ns"), ("void *", "ipc_ns"), ("void *", "mnt_ns"), ("void *", "net_ns"), ("void *", "cgroup_ns")]),
    (
        "inode",
        [
            ("unsigned short", "i_mode"),
            ("void *", "i_sb"),
            ("void *", "i_mapping"),
            ("unsigned long", "i_ino"),
            ("long long", "i_size"),
        ],
    ),
    ("dentry", [("void *", "d_inode"), ("void *", "d_parent"), ("void *", "d_op"), ("void *", "d_sb"), ("void *", "d_fsdata")]),
    (
        "super_block",
        [
            ("unsigned int", "s_dev"),
            ("unsigned long", "s_blocksize"),
            ("void *", "s_type"),
            ("void *", "s_op"),
            ("void *", "s_root"),
        ],
    ),
    (
        "file",
        [
            ("void *", "f_op"),
            ("void *", "f_inode"),
            ("unsigned int", "f_flags"),
            ("unsigned int", "f_mode"),
            ("long long", "f_pos"),
        ],
    ),
    (
        "sk_buff",
        [("unsigned int", "len"), ("void *", "sk"), ("unsigned short", "protocol"), ("unsigned int", "hash"), ("void *", "data")],
    ),
    (
        "sock",
        [("int", "sk_rcvbuf"), ("int", "sk_sndbuf"), ("void *", "sk_socket"), ("unsigned int", "sk_mark"), ("void *", "sk_prot")],
    ),
    (
        "net_device",
        [
            ("int", "ifindex"),
            ("unsigned int", "mtu"),
            ("unsigned int", "flags"),
            ("void *", "netdev_ops"),
            ("unsigned short", "type"),
        ],
    ),
];

/// What can be asked of each field, by its number in C: offset, size, whether there is one, and both shifts.
const QUESTIONS: [u32; 5] = [0, 1, 2, 4, 5];

/// Compiles an object of so many programs that each have so many relocations, of which no two of a program are the same. All ask of the
/// same twelve types, or with `flavors` each program of twelve of its own.
pub(crate) fn compile(programs: usize, relocations: usize, flavors: bool) -> Vec<u8> {
    let clang = Clang::all().expect("clang").pop().expect("at least one");
    clang.compile(&source(programs, relocations, flavors), Order::Little, "v3").expect("C that can be compiled")
}

fn source(programs: usize, relocations: usize, flavors: bool) -> String {
    let mut c = String::new();
    for program in 0..programs {
        let flavor = if flavors { format!("___{program}") } else { String::new() };
        if flavors || program == 0 {
            for (name, fields) in TYPES {
                let fields: String = fields.iter().map(|(of, field)| format!(" {of} {field};")).collect();
                let _ = writeln!(c, "struct {name}{flavor} {{{fields} }} __attribute__((preserve_access_index));");
            }
        }
        let _ = writeln!(c, "__attribute__((section(\"raw_tp/sched_switch\"), used)) int program{program}(void *context)\n{{");
        c += "    unsigned long sum = 0;\n";
        for number in 0..relocations {
            // Programs of few relocations ask different questions, so that there are as many types in all.
            let number = (program * relocations + number) % (TYPES.len() * TYPES[0].1.len() * QUESTIONS.len());
            let (name, fields) = TYPES[number % TYPES.len()];
            let rest = number / TYPES.len();
            let (_, field) = fields[rest % fields.len()];
            let question = QUESTIONS[rest / fields.len()];
            let _ = writeln!(
                c,
                "    sum = sum * 3 + __builtin_preserve_field_info(((struct {name}{flavor} *)0)->{field}, {question});"
            );
        }
        c += "    return sum;\n}\n";
    }
    c + "char LICENSE[] __attribute__((section(\"license\"), used)) = \"GPL\";\n"
}
