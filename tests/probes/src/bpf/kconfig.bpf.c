/* Kconfig externs as a program sees them: each has what the loader has found, or was told instead. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

extern unsigned int LINUX_KERNEL_VERSION __kconfig;
extern bool LINUX_HAS_BPF_COOKIE __kconfig;
extern bool LINUX_HAS_SYSCALL_WRAPPER __kconfig;
/* Weak, as some kernels have no configuration to read. */
extern int CONFIG_HZ __kconfig __weak;
extern bool CONFIG_BPF_SYSCALL __kconfig __weak;
extern enum libbpf_tristate CONFIG_XFS_FS __kconfig __weak;
extern char CONFIG_CC_VERSION_TEXT[8] __kconfig __weak;
extern long CONFIG_COREBONE_NOTHING __kconfig __weak;

struct seen {
    __u32 version;
    __u32 hz;
    __u32 xfs;
    bool cookie;
    bool wrapper;
    bool syscall;
    __u8 compiler;
    __u64 nothing;
};

struct seen seen;

SEC("raw_tp/sched_switch")
int look(void *context)
{
    seen.version = LINUX_KERNEL_VERSION;
    seen.cookie = LINUX_HAS_BPF_COOKIE;
    seen.wrapper = LINUX_HAS_SYSCALL_WRAPPER;
    seen.hz = CONFIG_HZ;
    seen.syscall = CONFIG_BPF_SYSCALL;
    seen.xfs = CONFIG_XFS_FS;
    seen.compiler = CONFIG_CC_VERSION_TEXT[0];
    seen.nothing = CONFIG_COREBONE_NOTHING;
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
