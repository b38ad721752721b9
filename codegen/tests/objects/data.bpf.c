// Global variables: each sort of section under its classic name and under others, every alignment, static ones, ones of a function,
// strings, arrays that end a section, and what is never read.
#define SEC(name) __attribute__((section(name), used))
#define __hidden __attribute__((visibility("hidden")))
#define __weak __attribute__((weak))

char LICENSE[] SEC("license") = "GPL";

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

struct odd {
	u8 byte;
	u16 half;
} __attribute__((packed));

static long (*const bpf_trace_printk)(const char *format, u32 size, ...) = (void *)6;

const volatile u8 first = 1;
const volatile u64 second = 2;
const volatile struct odd third[2] = { { 3, 4 }, { 5, 6 } };
static const volatile u32 fourth = 7;
const volatile char text[] = "of a size";
const volatile int rows[][2] = { { 1, 2 }, { 3, 4 } };

u8 byte = 0x11;
u16 half = 0x2233;
u32 word = 0x44556677;
u64 doubled = 0x8899aabbccddeeffull;
static volatile u32 own = 9;
__hidden u32 hidden = 10;
__weak u32 weak = 11;
u64 aligned __attribute__((aligned(64))) = 12;
__int128 large = -2;
float real = 1.5f;
u16 last[3] = { 13, 14, 15 };

u64 zero;
static volatile u64 own_zero;
u8 many[33];

u32 apart SEC(".data.apart") = 16;
u32 dashed SEC(".data.with-dash") = 17;
static volatile u32 own_apart SEC(".data.own") = 18;
u8 empty[5] SEC(".bss.apart");
const u32 constant SEC(".rodata.apart") = 19;
const volatile u64 growing[1] SEC(".rodata.growing") = { 20 };

// Where libbpf leaves addresses out, for nobody can know them.
const char *const pointers[] = { "one", "two" };
u64 *place = &zero;

SEC("socket") u64 read(void *context)
{
	static volatile u32 calls = 21;
	static volatile u32 never;
	const char *name = "a string of its own";
	u64 sum = first + second + third[1].half + fourth + text[3] + rows[1][0];

	calls++;
	bpf_trace_printk("%s %d\n", 7, name, calls + never);
	sum += byte + half + word + doubled + own + hidden + weak + aligned + (u64)large + last[2];
	sum += zero + own_zero + many[32] + apart + dashed + own_apart + empty[4] + *(volatile u32 *)&constant + growing[0];
	sum += *(volatile u32 *)&real + (u64)pointers[context != 0] + (u64)place;
	return sum;
}
