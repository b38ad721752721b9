// Kconfig externs of every type, strong and weak, given values of every sort by `kernel.config`; and the names that are the loader's own.
#define SEC(name) __attribute__((section(name), used))
#define __kconfig __attribute__((section(".kconfig")))
#define __weak __attribute__((weak))

char LICENSE[] SEC("license") = "GPL";

typedef unsigned long long u64;
typedef const unsigned short narrow;

enum libbpf_tristate { TRI_NO, TRI_YES, TRI_MODULE };

extern unsigned int LINUX_KERNEL_VERSION __kconfig;
extern _Bool LINUX_HAS_BPF_COOKIE __kconfig;
extern char LINUX_HAS_SYSCALL_WRAPPER __kconfig __weak;
extern long LINUX_UNHEARD_OF __kconfig __weak;

extern _Bool CONFIG_BPF __kconfig;
extern _Bool CONFIG_KCSAN __kconfig;
extern _Bool CONFIG_MODULES __kconfig __weak;
extern enum libbpf_tristate CONFIG_EXT4_FS __kconfig;
extern enum libbpf_tristate CONFIG_IPV6 __kconfig;
extern enum libbpf_tristate CONFIG_NTFS_FS __kconfig __weak;
extern char CONFIG_VIDEO_DEV __kconfig;
extern signed char CONFIG_SIGNED __kconfig;
extern unsigned char CONFIG_BASE_SMALL __kconfig;
extern short CONFIG_SHORT __kconfig;
extern narrow CONFIG_NODES_SHIFT __kconfig;
extern int CONFIG_HZ __kconfig;
extern unsigned int CONFIG_NR_CPUS __kconfig;
extern int CONFIG_ABSENT __kconfig __weak;
extern long CONFIG_PANIC_TIMEOUT __kconfig;
extern u64 CONFIG_PHYSICAL_START __kconfig;
extern const volatile u64 CONFIG_ILLEGAL_POINTER_VALUE __kconfig;
extern char CONFIG_DEFAULT_HOSTNAME[16] __kconfig;
extern char CONFIG_CC_VERSION_TEXT[7] __kconfig;
extern char CONFIG_LOCALVERSION[3] __kconfig __weak;

SEC("raw_tp/x") u64 names(void *context)
{
	return LINUX_KERNEL_VERSION + LINUX_HAS_BPF_COOKIE * 3 + LINUX_HAS_SYSCALL_WRAPPER * 5 + LINUX_UNHEARD_OF;
}

SEC("raw_tp/x") u64 choices(void *context)
{
	u64 sum = CONFIG_EXT4_FS + CONFIG_IPV6 * 3 + CONFIG_NTFS_FS * 9 + CONFIG_VIDEO_DEV;

	if (CONFIG_BPF && !CONFIG_KCSAN)
		sum += CONFIG_MODULES;
	return sum;
}

SEC("raw_tp/x") u64 numbers(void *context)
{
	return CONFIG_SIGNED + CONFIG_BASE_SMALL + CONFIG_SHORT + CONFIG_NODES_SHIFT + CONFIG_HZ + CONFIG_NR_CPUS + CONFIG_ABSENT
		+ CONFIG_PANIC_TIMEOUT + CONFIG_PHYSICAL_START + CONFIG_ILLEGAL_POINTER_VALUE;
}

SEC("raw_tp/x") u64 texts(void *context)
{
	return CONFIG_DEFAULT_HOSTNAME[1] + CONFIG_CC_VERSION_TEXT[5] + CONFIG_LOCALVERSION[0];
}
