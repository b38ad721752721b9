// Types of every kind that BTF has, those that are younger than Linux 5.10 in every place that they can have: older kernels get others
// instead. Each clang writes those that it knows.
#define SEC(name) __attribute__((section(name), used))
#define __noinline __attribute__((noinline))
#define __weak __attribute__((weak))
#define __declared(text) __attribute__((btf_decl_tag(text)))
#define __typed(text) __attribute__((btf_type_tag(text)))

char LICENSE[] SEC("license") = "GPL";

typedef unsigned int u32;
typedef unsigned long long u64;

enum small { NOTHING, SOMETHING = 7 };
enum with_sign { BELOW = -5, ABOVE = 5 };
enum large { LARGE = 0x100000000ull, LARGER = 0x8000000000000000ull };
enum large_with_sign { FAR_BELOW = -0x100000000ll, NEAR = 1 };

struct declared_only;

union either {
	float single;
	double precise;
	enum large large;
};

typedef struct {
	int x __declared("of a member");
	float y;
} point __declared("of a typedef");

struct all {
	enum small small : 3;
	enum with_sign with_sign : 4;
	enum large_with_sign large_with_sign;
	union either either[2];
	point *const volatile place;
	struct declared_only *declared_only;
	struct all __typed("of a pointer") *tagged;
	int __typed("first") __typed("second") *twice_tagged;
	int (*function)(float x, enum large large);
	void *restrict apart;
	_Bool *none;
	_Bool yes;
} __declared("of a struct");

const volatile double limit = 1.5;
float writable __declared("of a variable") = 2.5f;
enum large number = LARGE;
struct all everything;
static volatile float own;
enum large_with_sign apart SEC(".data.apart") = FAR_BELOW;

static __noinline int local(struct all *all)
{
	own = all->either[1].single;
	return all->small;
}

__weak __noinline int global(u32 number __declared("of a parameter"))
{
	return number + 1;
}

__declared("of a function")
SEC("socket") u64 program(void *context)
{
	return local(&everything) + global(everything.with_sign) + number + apart + (everything.tagged != 0) +
	       (everything.twice_tagged != 0) + *(volatile u64 *)&limit + *(volatile u32 *)&writable;
}
