//! Functions of the kernel that are younger than what they do.

use super::verifier::unknown_function;

/// Numbers of helper functions (`include/uapi/linux/bpf.h`), and of what did the same before: until Linux 5.5 one function read both
/// kernel and user memory. That is the only such change; what else is missing has no older form that means the same. No kernel from 5.10 on
/// lacks these, so this is for older ones that a distribution has given BTF, and for types of programs that know the older function only.
const OLDER: [(u32, u32); 4] = [
    // bpf_probe_read_user, bpf_probe_read
    (112, 4),
    // bpf_probe_read_kernel, bpf_probe_read
    (113, 4),
    // bpf_probe_read_user_str, bpf_probe_read_str
    (114, 45),
    // bpf_probe_read_kernel_str, bpf_probe_read_str
    (115, 45),
];

/// Instructions that call older functions instead, if it is for one of these that the verifier rejected a program.
pub(super) fn older_functions(instructions: &[u8], log: &str) -> Option<Vec<u8>> {
    /// `BPF_JMP | BPF_CALL`, of a helper function: both registers are 0.
    const CALL: [u8; 2] = [0x85, 0];

    let missing = unknown_function(log)?;
    OLDER.iter().find(|(number, _)| *number == missing)?;
    let mut changed = instructions.to_vec();
    for instruction in changed.chunks_exact_mut(8) {
        let Some((call, number)) = instruction.split_at_mut_checked(4) else { continue };
        let older = OLDER.iter().find(|(younger, _)| number == younger.to_ne_bytes());
        if let (true, Some((_, older))) = (call.starts_with(&CALL), older) {
            number.copy_from_slice(&older.to_ne_bytes());
        }
    }
    Some(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(source: u8, number: u32) -> [u8; 8] {
        let [a, b, c, d] = number.to_ne_bytes();
        [0x85, source, 0, 0, a, b, c, d]
    }

    #[test]
    fn younger_functions_give_way_to_older_ones() {
        // The fourth is a call within the program, the fifth no call.
        let code = [call(0, 113), call(0, 115), call(0, 6), call(0x10, 113), [0xb7, 0, 0, 0, 113, 0, 0, 0]].concat();
        let expected = [call(0, 4), call(0, 45), call(0, 6), call(0x10, 113), [0xb7, 0, 0, 0, 113, 0, 0, 0]].concat();
        for log in [
            "0: (85) call unknown#113\ninvalid func unknown#113\n",
            "3: (85) call bpf_probe_read_kernel#113\nunknown func bpf_probe_read_kernel#113\nprocessed 4 insns\n",
            "3: (85) call bpf_probe_read_user_str#114\nprogram of this type cannot use helper bpf_probe_read_user_str#114\n",
        ] {
            assert_eq!(older_functions(&code, log).as_deref(), Some(&expected[..]), "{log}");
        }
    }

    #[test]
    fn other_failures_change_nothing() {
        for log in ["", "R1 !read_ok\n", "invalid func unknown#195896080\n", "unknown func bpf_loop#181\n", "#113\n"] {
            assert_eq!(older_functions(&call(0, 113), log), None, "{log}");
        }
    }
}
