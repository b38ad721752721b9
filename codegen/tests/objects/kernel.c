// Types as a kernel has them, where the programs of `core.bpf.c` and of the other files here believe in older ones.

struct task_struct {
	long state;
	int pid;
	int tgid;
	struct task_struct *group_leader;
	struct task_struct *real_parent;
};

// Each integer wider, narrower, elsewhere or of another sign.
struct widths {
	void *first;
	unsigned long long u8_to_u64;
	unsigned short u16_to_u16;
	unsigned char u32_to_u8;
	unsigned int u64_to_u32;
	signed char s8;
	short s16;
	int s32;
	long long s64;
	long long s32_to_s64;
	unsigned int s32_to_u32;
	struct widths *pointer;
	unsigned long long pointer_to_u64;
	const volatile unsigned int qualified;
	_Bool yes;
	double real;
};

struct bits {
	unsigned long long apart;
	unsigned int three : 3, : 2, seven : 7;
	int negative : 5;
	unsigned long long wide : 40;
	unsigned int not_anymore;
	unsigned int now : 9;
};

struct element {
	short pad;
	int values[5];
	unsigned long long last;
};

struct nested {
	union {
		struct {
			char pad[12];
			unsigned int deep;
		};
		struct element elements[4];
	};
	struct {
		int one;
		struct element inner;
	} named;
	unsigned int matrix[3][6];
	unsigned int length;
	struct element flexible[];
};

// Two versions of one program's type: only one of its flavors fits.
struct renamed {
	long pad;
	int new_name;
};

struct shrunk {
	char one;
};

union choice {
	long number;
	struct nested *pointer;
	char text[24];
};

typedef unsigned long long stamp_t;
typedef struct {
	int a;
	stamp_t when;
} anonymous_t;
typedef int (*callback_t)(struct element *element, int *error);
typedef long table_t[7];

enum small {
	SMALL_NEW = 1,
	SMALL_ONE = 7,
	SMALL_BELOW = -3,
	SMALL_LARGE = 0x7fffffff,
};

enum large {
	LARGE_ONE = 0x123456789aull,
	LARGE_TOP = 0xffffffff00000001ull,
};

enum deep {
	DEEP_BELOW = -0x123456789all,
	DEEP_ONE = 2,
};

// Was of 32 bits.
enum grown {
	GROWN_ONE = 3,
	GROWN_MORE = 0x100000000ull,
};

// Two candidates for one name, which agree about one field and not about the other.
struct twice {
	int same;
	int moved;
};

struct twice___2 {
	int same;
	int between;
	int moved;
};

// What programs can provide, and what the kernel puts around it.
struct machine_ops {
	int (*start)(struct element *element);
	void (*stop)(void);
	unsigned short spare;
	unsigned int limit;
	int (*measure)(struct element *element, int number);
	char name[16];
};

struct bpf_struct_ops_machine_ops {
	int references;
	enum small state;
	struct machine_ops data __attribute__((aligned(64)));
};

// By this it is known that there is such a helper.
enum bpf_func_id {
	BPF_FUNC_unspec,
	BPF_FUNC_get_attach_cookie = 174,
};

// Only what is used gets into BTF.
struct task_struct a;
struct widths b;
struct bits c;
struct nested d;
struct renamed e;
struct shrunk f;
union choice g;
stamp_t h;
anonymous_t i;
callback_t j;
table_t k;
enum small l;
enum large m;
enum deep n;
enum grown o;
struct twice p;
struct twice___2 q;
struct bpf_struct_ops_machine_ops r;
enum bpf_func_id s;

// What programs may call, and look at.
int kernel_counter = 1;
struct element kernel_element = { 1 };

int kernel_function(struct element *element, int number)
{
	return element->pad + number;
}

void kernel_procedure(void)
{
}

void bpf_throw(unsigned long long cookie)
{
}

// By this it is known how system calls get their arguments.
long __x64_sys_bpf(const void *registers)
{
	return 0;
}

// One for each processor.
int kernel_per_cpu __attribute__((section(".data..percpu"))) = 1;
