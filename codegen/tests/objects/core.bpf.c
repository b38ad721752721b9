// Every kind of CO-RE relocation in every form of instruction that clang writes. `kernel.c` has the kernel's types.
#define SEC(name) __attribute__((section(name), used))
#define RELOCATED __attribute__((preserve_access_index))

char LICENSE[] SEC("license") = "GPL";

typedef unsigned long long u64;

enum field { OFFSET, SIZE, EXISTS, SIGNED, LEFT, RIGHT };
#define field(access, kind) __builtin_preserve_field_info(access, kind)
#define type_exists(type) __builtin_preserve_type_info(*(typeof(type) *)0, 0)
#define type_size(type) __builtin_preserve_type_info(*(typeof(type) *)0, 1)
#define type_matches(type) __builtin_preserve_type_info(*(typeof(type) *)0, 2)
#define local_id(type) __builtin_btf_type_id(*(typeof(type) *)0, 0)
#define kernel_id(type) __builtin_btf_type_id(*(typeof(type) *)0, 1)
#define enum_exists(type, name) __builtin_preserve_enum_value(*(typeof(type) *)name, 0)
#define enum_value(type, name) __builtin_preserve_enum_value(*(typeof(type) *)name, 1)

struct widths {
	unsigned char u8_to_u64;
	unsigned short u16_to_u16;
	unsigned int u32_to_u8;
	u64 u64_to_u32;
	signed char s8;
	short s16;
	int s32;
	long long s64;
	int s32_to_s64;
	int s32_to_u32;
	struct widths *pointer;
	void *pointer_to_u64;
	unsigned int qualified;
	_Bool yes;
	float real;
	int gone;
} RELOCATED;

SEC("raw_tp/x") u64 load(struct widths **context)
{
	struct widths *w = *context;

	return w->u8_to_u64 + w->u16_to_u16 * 3 + w->u32_to_u8 * 5 + w->u64_to_u32 * 7 + w->qualified + w->yes;
}

// Their signs are extended in one instruction, where there is one.
SEC("raw_tp/x") long load_signed(struct widths **context)
{
	struct widths *w = *context;

	return w->s8 + (long)w->s16 * 3 + (long)w->s32 * 5 + w->s64;
}

SEC("raw_tp/x") u64 load_pointer(struct widths **context)
{
	return (u64)(*context)->pointer->pointer->pointer_to_u64;
}

// There is no other width for numbers with a sign.
SEC("raw_tp/x") long load_signed_resized(struct widths **context)
{
	return (*context)->s32_to_s64;
}

SEC("raw_tp/x") long load_sign_lost(struct widths **context)
{
	return (*context)->s32_to_u32;
}

SEC("raw_tp/x") int store(struct widths **context)
{
	struct widths *w = *context;
	u64 value = (u64)context[1];

	w->u8_to_u64 = value;
	w->u16_to_u16 = value;
	w->u32_to_u8 = value;
	w->u64_to_u32 = value;
	w->s8 = value;
	w->s64 = value;
	return 0;
}

SEC("raw_tp/x") int store_constants(struct widths **context)
{
	struct widths *w = *context;

	w->u8_to_u64 = 1;
	w->u16_to_u16 = 2;
	w->u32_to_u8 = 3;
	w->u64_to_u32 = 4;
	w->s16 = -5;
	w->s64 = -6;
	return 0;
}

SEC("raw_tp/x") int load_absent(struct widths **context)
{
	return (*context)->gone;
}

SEC("raw_tp/x") int store_absent(struct widths **context)
{
	(*context)->gone = 1;
	return 0;
}

SEC("raw_tp/x") u64 about_fields(struct widths **context)
{
	struct widths *w = *context;
	u64 sum = 0;

#define about(name)                                                                                                                 \
	sum = sum * 3 + field(w->name, OFFSET);                                                                                     \
	sum = sum * 3 + field(w->name, SIZE);                                                                                       \
	sum = sum * 3 + field(w->name, EXISTS)
#define about_int(name)                                                                                                             \
	about(name);                                                                                                                \
	sum = sum * 3 + field(w->name, SIGNED);                                                                                     \
	sum = sum * 3 + field(w->name, LEFT);                                                                                       \
	sum = sum * 3 + field(w->name, RIGHT)
	about_int(u8_to_u64);
	about_int(u16_to_u16);
	about_int(s8);
	about_int(s32_to_s64);
	about_int(s32_to_u32);
	about_int(yes);
	about(pointer);
	about(real);
	sum = sum * 3 + field(w->gone, EXISTS);
	return sum;
}

SEC("raw_tp/x") u64 offset_absent(struct widths **context)
{
	return field((*context)->gone, OFFSET);
}

// An address is a sum.
SEC("raw_tp/x") u64 addresses(struct widths **context)
{
	struct widths *w = *context;

	return (u64)&w->s64 + (u64)&w[2].qualified * 3;
}

struct bits {
	unsigned int three : 3, seven : 7;
	int negative : 5;
	u64 wide : 40;
	unsigned int not_anymore : 4;
	unsigned int now;
	unsigned int gone : 2;
} RELOCATED;

SEC("raw_tp/x") u64 bitfields(struct bits **context)
{
	struct bits *b = *context;
	u64 sum = 0;

#define about_bits(name)                                                                                                            \
	sum = sum * 3 + field(b->name, OFFSET);                                                                                     \
	sum = sum * 3 + field(b->name, SIZE);                                                                                       \
	sum = sum * 3 + field(b->name, EXISTS);                                                                                     \
	sum = sum * 3 + field(b->name, SIGNED);                                                                                     \
	sum = sum * 3 + field(b->name, RIGHT)
	about_bits(three);
	about_bits(seven);
	about_bits(negative);
	about_bits(wide);
	about_bits(not_anymore);
	about_bits(now);
	return sum * 3 + field(b->gone, EXISTS);
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
// That of a big-endian object is one of the deviations where this machine is little-endian.
SEC("raw_tp/x") u64 shifts(struct bits **context)
{
	struct bits *b = *context;

	return field(b->three, LEFT) + field(b->seven, LEFT) * 3 + field(b->negative, LEFT) * 5 + field(b->wide, LEFT) * 7;
}
#endif

struct element {
	int values[3];
	u64 last;
};

struct nested {
	struct element elements[2];
	unsigned int deep;
	struct {
		struct element inner;
		int one;
	} named;
	unsigned int matrix[2][3];
	struct element flexible[];
} RELOCATED;

SEC("raw_tp/x") u64 anonymous_members(struct nested **context)
{
	struct nested *n = *context;

	return n->deep + field(n->elements, OFFSET) + n->named.inner.last + n->named.one;
}

SEC("raw_tp/x") u64 arrays(struct nested **context)
{
	struct nested *n = *context;

	return n->elements[1].values[2] + n->matrix[1][2] * 3 + field(n->matrix, SIZE) + field(n->elements[1], SIZE) + field(n[3].deep, OFFSET);
}

SEC("raw_tp/x") u64 flexible_arrays(struct nested **context)
{
	struct nested *n = *context;

	return n->flexible[0].last + n->flexible[5].values[1] + field(n->flexible, EXISTS) + field(n->flexible, OFFSET);
}

// The kernel's array is shorter than a program may believe.
struct shrunk {
	char one;
	int gone[4];
} RELOCATED;

SEC("raw_tp/x") u64 types(void *context)
{
	return type_exists(struct nested) + type_exists(struct shrunk) * 3 + type_exists(struct absent { int a; }) * 5
		+ type_size(struct nested) * 7 + type_size(struct shrunk) * 11 + type_size(union choice { long a; }) * 13;
}

SEC("raw_tp/x") u64 size_absent(void *context)
{
	return type_size(struct missing { int a; });
}

typedef u64 stamp_t;
typedef struct {
	int a;
} anonymous_t;
typedef int (*callback_t)(struct element *, int *);
typedef int (*callback_t___other)(int);
typedef long table_t[2];

SEC("raw_tp/x") u64 types_of_each_sort(void *context)
{
	return type_exists(stamp_t) + type_exists(anonymous_t) * 3 + type_exists(callback_t) * 5 + type_exists(callback_t___other) * 7
		+ type_exists(table_t) * 11 + type_exists(union choice) * 13 + type_size(stamp_t) * 17 + type_size(anonymous_t) * 19
		+ type_size(callback_t) * 23 + type_size(table_t) * 29;
}

SEC("raw_tp/x") u64 ids(void *context)
{
	return local_id(struct nested) + kernel_id(struct nested) * 3 + kernel_id(anonymous_t) * 5 + local_id(int *) * 7;
}

SEC("raw_tp/x") u64 id_absent(void *context)
{
	return kernel_id(struct lost { int a; });
}

#if __clang_major__ >= 15
enum small___match {
	SMALL_ONE___match,
};

SEC("raw_tp/x") u64 matching_types(void *context)
{
	struct widths___match { unsigned short u16_to_u16; long long s64; struct widths *pointer; };
	struct widths___other { int s64; };
	struct nested___match { unsigned int length; };
	struct bits___match { unsigned int three : 3; };
	struct bits___other { unsigned int three : 4; };

	return type_matches(struct widths___match) + type_matches(struct widths___other) * 3 + type_matches(struct nested___match) * 5
		+ type_matches(struct bits___match) * 7 + type_matches(struct bits___other) * 11 + type_matches(stamp_t) * 13
		+ type_matches(callback_t) * 17 + type_matches(callback_t___other) * 19 + type_matches(struct absent2 { int a; }) * 23
		+ type_matches(enum small___match) * 29;
}
#endif

enum small {
	SMALL_ONE = 1,
	SMALL_BELOW = 2,
	SMALL_LARGE = 3,
	SMALL_GONE = 4,
};

enum grown {
	GROWN_ONE = 1,
	GROWN_MORE = 2,
};

SEC("raw_tp/x") u64 enums(void *context)
{
	return enum_value(enum small, SMALL_ONE) + enum_value(enum small, SMALL_BELOW) * 3 + enum_value(enum small, SMALL_LARGE) * 5
		+ enum_exists(enum small, SMALL_ONE) * 7 + enum_exists(enum small, SMALL_GONE) * 11 + enum_value(enum grown, GROWN_ONE) * 13
		+ enum_value(enum grown, GROWN_MORE) * 17;
}

#if __clang_major__ >= 15
// Older compilers write the lower halves of the values.
enum large {
	LARGE_ONE = 1,
	LARGE_TOP = 0x100000000ull,
};

enum deep {
	DEEP_BELOW = -1,
	DEEP_ONE = 0x100000000ll,
};

SEC("raw_tp/x") u64 enums_of_64_bits(void *context)
{
	return enum_value(enum large, LARGE_ONE) + enum_value(enum large, LARGE_TOP) * 3 + enum_value(enum deep, DEEP_BELOW) * 5
		+ enum_value(enum deep, DEEP_ONE) * 7;
}
#endif

SEC("raw_tp/x") u64 enum_absent(void *context)
{
	return enum_value(enum small, SMALL_GONE);
}

struct renamed___old {
	int old_name;
} RELOCATED;

struct renamed___new {
	int new_name;
} RELOCATED;

SEC("raw_tp/x") int flavors(void **context)
{
	struct renamed___old *old = *context;
	struct renamed___new *new = *context;

	if (field(old->old_name, EXISTS))
		return old->old_name;
	return field(new->new_name, EXISTS) ? new->new_name : 0;
}

struct twice {
	int same;
} RELOCATED;

SEC("raw_tp/x") int agreeing_candidates(struct twice **context)
{
	return (*context)->same;
}

// In a sub-program of two programs.
static __attribute__((noinline)) int below(struct nested *n)
{
	return n->deep + n->matrix[1][1];
}

SEC("raw_tp/x") int caller(struct nested **context)
{
	return below(*context);
}

SEC("?raw_tp/x") int other_caller(struct nested **context)
{
	return below(*context) + below(context[1]);
}
