/* Types of a kernel, from its BTF. */
#ifndef __VMLINUX_H__
#define __VMLINUX_H__

#ifndef BPF_NO_PRESERVE_ACCESS_INDEX
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
#endif

/* A name that C23 made a keyword of. */
#if __STDC_VERSION__ > 201710L && __clang_major__ >= 15
#define ___bpf_no_keyword(name) name##_
#else
#define ___bpf_no_keyword(name) name
#endif

#ifndef ___bpf_type_tag
#if __has_attribute(btf_type_tag)
#define ___bpf_type_tag(tag) __attribute__((btf_type_tag(tag)))
#else
#define ___bpf_type_tag(tag)
#endif
#endif
#ifdef __BPF_FEATURE_ADDR_SPACE_CAST
#define ___bpf_type_attribute(attribute) __attribute__((attribute))
#else
#define ___bpf_type_attribute(attribute)
#endif

enum ___bpf_enum43 {
	BACK = -1,
	FORTH = 1,
};

enum {
	___bpf_no_keyword(false) = 0,
	___bpf_no_keyword(true) = 1,
	ALONE = 7,
};

enum color {
	RED = 0,
	GREEN = 4294967295,
};

enum sign {
	MINUS = -5,
	PLUS = 5,
};

enum large {
	HUGE = 1099511627776,
	HIGHEST = 18446744073709551615ULL,
};

enum low {
	LOWEST = -9223372036854775807LL - 1,
	ZERO = 0,
};

enum small {
	SMALL = 200,
} __attribute__((mode(QI)));

enum long_as_few {
	FEW = 1,
} __attribute__((mode(DI)));

enum color___2 {
	RED___2 = 3,
};

enum unknown_enum;

typedef _Bool ___bpf_no_keyword(bool);

typedef unsigned long u64;

struct pair {
	int first;
	u64 second;
};

struct gap {
	unsigned char first;
	long : 56; long : 32;
	int second;
	unsigned char last;
	long : 56;
};

struct cacheline {
	int hot;
	long : 32; long : 64; long : 64; long : 64; long : 64; long : 64; long : 64; long : 64;
	int cold;
	long : 32; long : 64; long : 64; long : 64; long : 64; long : 64; long : 64; long : 64;
	unsigned char end;
	long : 56; long : 64; long : 64; long : 64; long : 64; long : 64; long : 64; long : 64;
};

struct packed {
	short first;
	u64 second;
	int third;
} __attribute__((packed));

struct packed_by_size {
	int first;
	unsigned char second;
} __attribute__((packed));

struct packed_with_gap {
	unsigned char first;
	long : 24;
	int second;
	unsigned char third;
} __attribute__((packed));

struct around_packed {
	unsigned char first;
	struct packed_with_gap packed;
	long : 16;
	u64 second;
} __attribute__((packed));

struct numbers {
	unsigned __int128 wide;
	double real;
	char letter;
	unsigned __int128 after;
	long : 64; long : 64;
};

struct flexible {
	unsigned char count;
	int items[0];
	long : 32;
};

struct flexible_with_end {
	int count;
	int items[0];
	long : 32; long : 64; long : 64; long : 64; long : 64; long : 64; long : 64; long : 64;
};

struct empty {
};

struct around_empty {
	struct empty empty;
	u64 number;
};

struct opaque {
	long : 64; long : 64; long : 32;
};

struct bits {
	unsigned int low : 3;
	int middle : 7;
	unsigned char rest;
	long : 13;
	unsigned int last : 5;
};

struct bits_in_next_unit {
	unsigned int first : 20;
	unsigned int second : 20;
};

struct bits_across {
	unsigned int first : 20;
	unsigned int second : 20;
	bool flag : 1;
} __attribute__((packed));

struct bits_after_byte {
	unsigned char first;
	unsigned int second : 24;
};

struct bits_of_long {
	long : 4;
	u64 first : 40;
	u64 second : 64;
};

union either {
	int number;
	u64 word;
};

union padded {
	unsigned char byte;
	long : 64;
};

union aligned {
	int number;
} __attribute__((aligned(64)));

union packed_union {
	int number;
	unsigned char bytes[5];
} __attribute__((packed));

struct nested {
	union {
		u64 word;
		struct {
			int x;
			int y;
		};
	};
	struct {
		int x;
		int y;
	} point;
	const struct {
		int x;
		int y;
	} fixed;
	unsigned char end;
};

struct with_enum {
	enum {
		OFF = 0,
		ON = 1,
	} mode;
};

struct with_shared_enum {
	enum ___bpf_enum43 a;
	enum ___bpf_enum43 b;
};

struct colored {
	enum color color;
	enum small small;
	bool flag;
};

struct declared;

struct declarators {
	int (*function)(struct declared *a, struct pair b, ...);
	int table[2][3];
	int (*to_row)[3];
	int (*functions[4])(struct declared *a, struct pair b, ...);
	int (*(*returns_function)(void))(struct declared *a, struct pair b, ...);
	const volatile int *const fixed;
	const int const_row[3];
	void *__restrict restricted;
	int (*noreturn)(struct declared *a, struct pair b, ...);
	bool ___bpf_no_keyword(bool);
	struct pair pair;
	void *end;
};

struct pair___2 {
	int other;
};

struct pair___2___2 {
	int taken;
};

typedef struct pair___2___2 u64___2;

union pair___3;

typedef void *__builtin_va_list___2;

struct rust {
	unsigned char option[24];
	void *to_option;
	unsigned char options[2][24];
	unsigned char alias[24];
	unsigned char half[2];
	unsigned char strange[3];
	long : 24;
	unsigned char choice[4];
	void (*function)(unsigned char by_value[24], unsigned char half[2]);
	long : 64;
	int end;
};

union odd {
	int number;
	struct {
		long : 64; long : 64; long : 64; long : 64; long : 64; long : 64; long : 64; long : 64;
		long : 64;
	};
};

struct overlapping {
	int first;
	int third;
};

struct base {
	int number;
};

struct derived {
	struct {
		int number;
	};
	int more;
};

struct tagged {
	int ___bpf_type_tag("user") *user;
	int *quote;
};


#ifndef BPF_NO_PRESERVE_ACCESS_INDEX
#pragma clang attribute pop
#endif

#ifndef BPF_NO_KFUNC_PROTOTYPES
#ifndef __weak
#define __weak __attribute__((weak))
#endif
#ifndef __ksym
#define __ksym __attribute__((section(".ksyms")))
#endif
#ifndef __bpf_fastcall
#if __has_attribute(bpf_fastcall)
#define __bpf_fastcall __attribute__((bpf_fastcall))
#else
#define __bpf_fastcall
#endif
#endif

extern void ___bpf_type_attribute(address_space(1)) *bpf_ape(void *map, int flags, ...) __weak __ksym;
extern void ___bpf_type_attribute(address_space(1)) *bpf_fast(void *map, int flags, ...) __weak __ksym __bpf_fastcall;
extern void ___bpf_type_attribute(address_space(1)) *bpf_zebra(void *map, int flags, ...) __weak __ksym;
#endif

#endif
