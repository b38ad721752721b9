// The kernel's configuration.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int LINUX_KERNEL_VERSION __kconfig;
extern _Bool LINUX_HAS_SYSCALL_WRAPPER __kconfig;
extern _Bool CONFIG_BPF_SYSCALL __kconfig;
extern unsigned int CONFIG_HZ __kconfig;
extern const char CONFIG_DEFAULT_HOSTNAME[16] __kconfig __weak;
extern enum libbpf_tristate CONFIG_IPV6 __kconfig __weak;
extern char CONFIG_NOT_THERE __kconfig __weak;

SEC("socket")
int ask(struct __sk_buff *skb)
{
	if (LINUX_KERNEL_VERSION < 0x50a00 || !CONFIG_BPF_SYSCALL || LINUX_HAS_SYSCALL_WRAPPER)
		return 0;
	return CONFIG_HZ + CONFIG_DEFAULT_HOSTNAME[0] + (CONFIG_IPV6 == TRI_YES) + CONFIG_NOT_THERE;
}

char LICENSE[] SEC("license") = "GPL";
