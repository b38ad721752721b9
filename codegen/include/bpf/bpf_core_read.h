/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Compile once, run everywhere: accesses that are recorded by name and settled for the kernel that a program is loaded into.
 *
 * A record names the C type and the path to a field; the loader looks them up in that kernel's BTF. What can't be found makes the
 * instruction invalid, which is harmless as long as the verifier can prove that it is never reached: guard it by one of the
 * `bpf_core_*_exists` questions, whose answers are constants to the verifier.
 */
#ifndef COREBONE_BPF_CORE_READ_H
#define COREBONE_BPF_CORE_READ_H

#include <bpf/bpf_helpers.h>

/* Arguments of clang's builtins. */
enum bpf_field_info_kind {
    BPF_FIELD_BYTE_OFFSET = 0,
    BPF_FIELD_BYTE_SIZE = 1,
    BPF_FIELD_EXISTS = 2,
    BPF_FIELD_SIGNED = 3,
    BPF_FIELD_LSHIFT_U64 = 4,
    BPF_FIELD_RSHIFT_U64 = 5,
};
enum bpf_type_id_kind {
    BPF_TYPE_ID_LOCAL = 0,
    BPF_TYPE_ID_TARGET = 1,
};
enum bpf_type_info_kind {
    BPF_TYPE_EXISTS = 0,
    BPF_TYPE_SIZE = 1,
    BPF_TYPE_MATCHES = 2,
};
enum bpf_enum_value_kind {
    BPF_ENUMVAL_EXISTS = 0,
    BPF_ENUMVAL_VALUE = 1,
};

/* ---- Questions about fields: `(pointer->field)` or `(type, field)` ---- */

#define ___bpf_field1(field) field
#define ___bpf_field2(type, field) ((__typeof__(type) *)0)->field
#define ___bpf_field(...) ___bpf_apply(___bpf_field, ___bpf_narg(__VA_ARGS__))(__VA_ARGS__)
#define ___bpf_field_info(kind, ...) __builtin_preserve_field_info(___bpf_field(__VA_ARGS__), kind)

/* 1 if the kernel has the field with a compatible type, else 0. */
#define bpf_core_field_exists(...) ___bpf_field_info(BPF_FIELD_EXISTS, __VA_ARGS__)
/* The field's size in bytes. */
#define bpf_core_field_size(...) ___bpf_field_info(BPF_FIELD_BYTE_SIZE, __VA_ARGS__)
/* The field's offset in bytes from the beginning of the outermost type. */
#define bpf_core_field_offset(...) ___bpf_field_info(BPF_FIELD_BYTE_OFFSET, __VA_ARGS__)

/* ---- Questions about types ---- */

#define ___bpf_value_of(type) (*(__typeof__(type) *)0)

/* The id in the program's own BTF. */
#define bpf_core_type_id_local(type) __builtin_btf_type_id(___bpf_value_of(type), BPF_TYPE_ID_LOCAL)
/* The id in the kernel's BTF, or 0. */
#define bpf_core_type_id_kernel(type) __builtin_btf_type_id(___bpf_value_of(type), BPF_TYPE_ID_TARGET)
/* 1 if the kernel has a type of that name and kind, else 0. */
#define bpf_core_type_exists(type) __builtin_preserve_type_info(___bpf_value_of(type), BPF_TYPE_EXISTS)
/* The size in bytes, or 0. */
#define bpf_core_type_size(type) __builtin_preserve_type_info(___bpf_value_of(type), BPF_TYPE_SIZE)
/* 1 if the kernel's type has all of the members with matching types, else 0. */
#if __clang_major__ >= 15
#define bpf_core_type_matches(type) __builtin_preserve_type_info(___bpf_value_of(type), BPF_TYPE_MATCHES)
#else
#define bpf_core_type_matches(type)                                           \
    ({                                                                        \
        _Static_assert(0, "`bpf_core_type_matches` needs clang 15 or newer"); \
        0;                                                                    \
    })
#endif

/* 1 if the kernel's enum has an enumerator of that name, else 0. */
#define bpf_core_enum_value_exists(enum_type, enum_value) \
    __builtin_preserve_enum_value(*(__typeof__(enum_type) *)enum_value, BPF_ENUMVAL_EXISTS)
/* The enumerator's value. */
#define bpf_core_enum_value(enum_type, enum_value) \
    __builtin_preserve_enum_value(*(__typeof__(enum_type) *)enum_value, BPF_ENUMVAL_VALUE)

/* ---- Reads ---- */

/* `sz` bytes from an address that is an expression over fields, of the kernel's or the user's memory. 0, or a negative error: then
 * the bytes are zero. */
#define bpf_core_read(dst, sz, src) bpf_probe_read_kernel(dst, sz, (const void *)__builtin_preserve_access_index(src))
#define bpf_core_read_user(dst, sz, src) bpf_probe_read_user(dst, sz, (const void *)__builtin_preserve_access_index(src))
/* A string; the length with the NUL, or a negative error. */
#define bpf_core_read_str(dst, sz, src) \
    bpf_probe_read_kernel_str(dst, sz, (const void *)__builtin_preserve_access_index(src))
#define bpf_core_read_user_str(dst, sz, src) \
    bpf_probe_read_user_str(dst, sz, (const void *)__builtin_preserve_access_index(src))

extern void *bpf_rdonly_cast(const void *obj__ign, __u32 btf_id__k) __weak __ksym;

/* A pointer that the verifier lets be followed without a probe read, as one to the kernel's `type`. Linux 6.2. */
#define bpf_core_cast(ptr, type) ((__typeof__(type) *)bpf_rdonly_cast((ptr), bpf_core_type_id_kernel(type)))

/* A variable of a field's type, to be written by a read: not `const` even if the pointer is to `const`. */
#if __clang_major__ >= 19
#define ___bpf_typeof_unqual(x) __typeof_unqual__(x)
#else
#define ___bpf_typeof_unqual(x) __typeof__(x)
#endif

/* The value of `src->field`. The number makes names that don't shadow those of the other steps. */
#define ___bpf_follow(n, read, src, field)                                  \
    ({                                                                      \
        __auto_type ___src##n = (src);                                      \
        ___bpf_typeof_unqual(___src##n->field) ___value##n;                 \
        read((void *)&___value##n, sizeof(___value##n), &___src##n->field); \
        ___value##n;                                                        \
    })

/* The value of `src->a->b->...`: what was followed so far is the source of the next step. */
#define ___bpf_path(read, src, ...) ___bpf_apply(___bpf_path, ___bpf_narg(__VA_ARGS__))(read, src, __VA_ARGS__)
#define ___bpf_path1(read, src, a) ___bpf_follow(1, read, src, a)
#define ___bpf_path2(read, src, a, ...) ___bpf_path1(read, ___bpf_follow(2, read, src, a), __VA_ARGS__)
#define ___bpf_path3(read, src, a, ...) ___bpf_path2(read, ___bpf_follow(3, read, src, a), __VA_ARGS__)
#define ___bpf_path4(read, src, a, ...) ___bpf_path3(read, ___bpf_follow(4, read, src, a), __VA_ARGS__)
#define ___bpf_path5(read, src, a, ...) ___bpf_path4(read, ___bpf_follow(5, read, src, a), __VA_ARGS__)
#define ___bpf_path6(read, src, a, ...) ___bpf_path5(read, ___bpf_follow(6, read, src, a), __VA_ARGS__)
#define ___bpf_path7(read, src, a, ...) ___bpf_path6(read, ___bpf_follow(7, read, src, a), __VA_ARGS__)
#define ___bpf_path8(read, src, a, ...) ___bpf_path7(read, ___bpf_follow(8, read, src, a), __VA_ARGS__)
#define ___bpf_path9(read, src, a, ...) ___bpf_path8(read, ___bpf_follow(9, read, src, a), __VA_ARGS__)
#define ___bpf_path10(read, src, a, ...) ___bpf_path9(read, ___bpf_follow(10, read, src, a), __VA_ARGS__)
#define ___bpf_path11(read, src, a, ...) ___bpf_path10(read, ___bpf_follow(11, read, src, a), __VA_ARGS__)
#define ___bpf_path12(read, src, a, ...) ___bpf_path11(read, ___bpf_follow(12, read, src, a), __VA_ARGS__)

/* Reads what is at the end of a path to `*(dst)` by `last`, which may differ from `read` that gets there. */
#define ___bpf_path_into(last, read, dst, src, ...) \
    ___bpf_apply(___bpf_path_into, ___bpf_narg(__VA_ARGS__))(last, read, dst, src, __VA_ARGS__)
#define ___bpf_path_into1(last, read, dst, src, a)        \
    ({                                                    \
        __auto_type ___src1 = (src);                      \
        last((void *)(dst), sizeof(*(dst)), &___src1->a); \
    })
#define ___bpf_path_into2(last, read, dst, src, a, ...) \
    ___bpf_path_into1(last, read, dst, ___bpf_follow(2, read, src, a), __VA_ARGS__)
#define ___bpf_path_into3(last, read, dst, src, a, ...) \
    ___bpf_path_into2(last, read, dst, ___bpf_follow(3, read, src, a), __VA_ARGS__)
#define ___bpf_path_into4(last, read, dst, src, a, ...) \
    ___bpf_path_into3(last, read, dst, ___bpf_follow(4, read, src, a), __VA_ARGS__)
#define ___bpf_path_into5(last, read, dst, src, a, ...) \
    ___bpf_path_into4(last, read, dst, ___bpf_follow(5, read, src, a), __VA_ARGS__)
#define ___bpf_path_into6(last, read, dst, src, a, ...) \
    ___bpf_path_into5(last, read, dst, ___bpf_follow(6, read, src, a), __VA_ARGS__)
#define ___bpf_path_into7(last, read, dst, src, a, ...) \
    ___bpf_path_into6(last, read, dst, ___bpf_follow(7, read, src, a), __VA_ARGS__)
#define ___bpf_path_into8(last, read, dst, src, a, ...) \
    ___bpf_path_into7(last, read, dst, ___bpf_follow(8, read, src, a), __VA_ARGS__)
#define ___bpf_path_into9(last, read, dst, src, a, ...) \
    ___bpf_path_into8(last, read, dst, ___bpf_follow(9, read, src, a), __VA_ARGS__)
#define ___bpf_path_into10(last, read, dst, src, a, ...) \
    ___bpf_path_into9(last, read, dst, ___bpf_follow(10, read, src, a), __VA_ARGS__)
#define ___bpf_path_into11(last, read, dst, src, a, ...) \
    ___bpf_path_into10(last, read, dst, ___bpf_follow(11, read, src, a), __VA_ARGS__)
#define ___bpf_path_into12(last, read, dst, src, a, ...) \
    ___bpf_path_into11(last, read, dst, ___bpf_follow(12, read, src, a), __VA_ARGS__)

/*
 * `BPF_CORE_READ(task, mm, exe_file, f_path.dentry)` is `task->mm->exe_file->f_path.dentry`: each comma is a read through a
 * pointer, up to 12 of them. A step that fails gives zero, and so do those after it.
 *
 * `CORE` records each access for relocation, `PROBE` takes the layout as compiled; `USER` reads the user's memory; `INTO` reads to
 * `*(dst)` and returns what the last read did; `STR` reads a string as the last step, to the array `*(dst)`. An array can only be
 * read `INTO`.
 */
#define BPF_CORE_READ(src, ...) ___bpf_path(bpf_core_read, src, __VA_ARGS__)
#define BPF_CORE_READ_INTO(dst, src, ...) ___bpf_path_into(bpf_core_read, bpf_core_read, dst, src, __VA_ARGS__)
#define BPF_CORE_READ_STR_INTO(dst, src, ...) ___bpf_path_into(bpf_core_read_str, bpf_core_read, dst, src, __VA_ARGS__)
#define BPF_CORE_READ_USER(src, ...) ___bpf_path(bpf_core_read_user, src, __VA_ARGS__)
#define BPF_CORE_READ_USER_INTO(dst, src, ...) ___bpf_path_into(bpf_core_read_user, bpf_core_read_user, dst, src, __VA_ARGS__)
#define BPF_CORE_READ_USER_STR_INTO(dst, src, ...) \
    ___bpf_path_into(bpf_core_read_user_str, bpf_core_read_user, dst, src, __VA_ARGS__)
#define BPF_PROBE_READ(src, ...) ___bpf_path(bpf_probe_read_kernel, src, __VA_ARGS__)
#define BPF_PROBE_READ_INTO(dst, src, ...) ___bpf_path_into(bpf_probe_read_kernel, bpf_probe_read_kernel, dst, src, __VA_ARGS__)
#define BPF_PROBE_READ_STR_INTO(dst, src, ...) \
    ___bpf_path_into(bpf_probe_read_kernel_str, bpf_probe_read_kernel, dst, src, __VA_ARGS__)
#define BPF_PROBE_READ_USER(src, ...) ___bpf_path(bpf_probe_read_user, src, __VA_ARGS__)
#define BPF_PROBE_READ_USER_INTO(dst, src, ...) ___bpf_path_into(bpf_probe_read_user, bpf_probe_read_user, dst, src, __VA_ARGS__)
#define BPF_PROBE_READ_USER_STR_INTO(dst, src, ...) \
    ___bpf_path_into(bpf_probe_read_user_str, bpf_probe_read_user, dst, src, __VA_ARGS__)

/* ---- Bitfields ---- */

/*
 * A bitfield is read as the integer of BYTE_SIZE bytes at BYTE_OFFSET, zero-extended to 64 bits; shifted left by LSHIFT_U64, then
 * right by RSHIFT_U64, arithmetically if SIGNED. All five are recorded, so width and place may differ in the kernel, and the field
 * may even be a plain integer there, or here.
 */
#define ___bpf_bits(kind, s, field) __builtin_preserve_field_info((s)->field, BPF_FIELD_##kind)
#define ___bpf_bits_address(s, field) ((unsigned long)(s) + ___bpf_bits(BYTE_OFFSET, s, field))
#define ___bpf_bits_extract(raw, s, field)                                                  \
    ({                                                                                      \
        unsigned long long ___bits = (raw) << ___bpf_bits(LSHIFT_U64, s, field);            \
        ___bpf_bits(SIGNED, s, field)                                                       \
            ? (unsigned long long)((long long)___bits >> ___bpf_bits(RSHIFT_U64, s, field)) \
            : ___bits >> ___bpf_bits(RSHIFT_U64, s, field);                                 \
    })

/* Where the bytes of the integer go in a 64-bit variable that is zero. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ___bpf_low_bytes(word, size) ((void *)(word))
#else
#define ___bpf_low_bytes(word, size) ((void *)((char *)(word) + (8 - (size))))
#endif

/* Integers that may overlap an object of another type. */
typedef unsigned char ___bpf_any8 __attribute__((may_alias));
typedef unsigned short ___bpf_any16 __attribute__((may_alias));
typedef unsigned int ___bpf_any32 __attribute__((may_alias));
typedef unsigned long long ___bpf_any64 __attribute__((may_alias));

/* The value of a bitfield, as 64 bits, by a probe read. A third argument is the address of a variable that gets the value too. */
#define BPF_CORE_READ_BITFIELD_PROBED(s, field, ...)                                       \
    ({                                                                                     \
        unsigned long long ___raw = 0, ___value;                                           \
        bpf_probe_read_kernel(___bpf_low_bytes(&___raw, ___bpf_bits(BYTE_SIZE, s, field)), \
                              ___bpf_bits(BYTE_SIZE, s, field),                            \
                              (const void *)___bpf_bits_address(s, field));                \
        ___value = ___bpf_bits_extract(___raw, s, field);                                  \
        __VA_OPT__(*(__VA_ARGS__) = ___value;)                                             \
        ___value;                                                                          \
    })

/* The value of a bitfield, as 64 bits, by a plain load: for what the verifier lets be read directly. The base is hidden from the
 * optimiser, which would else fold the offset of the record into another instruction. */
#define BPF_CORE_READ_BITFIELD(s, field)                                 \
    ({                                                                   \
        const void *___at = (const void *)___bpf_bits_address(s, field); \
        unsigned long long ___raw = 0;                                   \
        barrier_var(___at);                                              \
        switch (___bpf_bits(BYTE_SIZE, s, field)) {                      \
        case 1: ___raw = *(const ___bpf_any8 *)___at; break;             \
        case 2: ___raw = *(const ___bpf_any16 *)___at; break;            \
        case 4: ___raw = *(const ___bpf_any32 *)___at; break;            \
        case 8: ___raw = *(const ___bpf_any64 *)___at; break;            \
        }                                                                \
        ___bpf_bits_extract(___raw, s, field);                           \
    })

/* Writes a bitfield by a plain load and store, leaving its neighbours as they are. */
#define BPF_CORE_WRITE_BITFIELD(s, field, new_value)                                                     \
    ({                                                                                                   \
        void *___at = (void *)___bpf_bits_address(s, field);                                             \
        unsigned int ___left = ___bpf_bits(LSHIFT_U64, s, field);                                        \
        unsigned int ___right = ___bpf_bits(RSHIFT_U64, s, field);                                       \
        unsigned long long ___mask = (~0ULL << ___right) >> ___left;                                     \
        unsigned long long ___new = ((unsigned long long)(new_value) << (___right - ___left)) & ___mask; \
        barrier_var(___at);                                                                              \
        switch (___bpf_bits(BYTE_SIZE, s, field)) {                                                      \
        case 1: *(___bpf_any8 *)___at = (*(___bpf_any8 *)___at & ~___mask) | ___new; break;              \
        case 2: *(___bpf_any16 *)___at = (*(___bpf_any16 *)___at & ~___mask) | ___new; break;            \
        case 4: *(___bpf_any32 *)___at = (*(___bpf_any32 *)___at & ~___mask) | ___new; break;            \
        case 8: *(___bpf_any64 *)___at = (*(___bpf_any64 *)___at & ~___mask) | ___new; break;            \
        }                                                                                                \
    })

#endif
