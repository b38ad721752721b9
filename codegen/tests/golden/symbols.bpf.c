// The kernel's symbols: addresses, variables, functions.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern const void schedule __ksym;
extern const void not_there __ksym __weak;
extern const int bpf_prog_active __ksym;
extern void bpf_rcu_read_lock(void) __ksym __weak;
extern void bpf_rcu_read_unlock(void) __ksym __weak;

__u64 address;

SEC("raw_tp/sys_enter")
int look(void *context)
{
	const int *active = bpf_per_cpu_ptr(&bpf_prog_active, 0);

	address = (__u64)&schedule + (active ? *active : 0);
	if (&not_there)
		address = 0;
	return 0;
}

SEC("tp_btf/sched_switch")
int lock(void *context)
{
	if (bpf_rcu_read_lock) {
		bpf_rcu_read_lock();
		bpf_rcu_read_unlock();
	}
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
