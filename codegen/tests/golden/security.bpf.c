// Programs of the security modules: each may refuse.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include <bpf/bpf_tracing.h>

struct file {
	unsigned int f_flags;
} __attribute__((preserve_access_index));

const volatile unsigned int refused;

SEC("lsm/file_open")
int BPF_PROG(open, struct file *file)
{
	return refused && (file->f_flags & refused) ? -1 : 0;
}

SEC("lsm.s/bprm_committed_creds")
int BPF_PROG(executed, void *program)
{
	return 0;
}

SEC("lsm_cgroup/socket_bind")
int BPF_PROG(bind, void *socket)
{
	return 1;
}

char LICENSE[] SEC("license") = "GPL";
