/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What every BPF program needs: sections, map definitions, externs, attributes, printing, loops and the kernel's helper functions.
 *
 * The names are those that BPF programs have always used. Names that begin with three underscores are internal to these headers,
 * except where a comment says that other headers rely on them.
 */
#ifndef COREBONE_BPF_HELPERS_H
#define COREBONE_BPF_HELPERS_H

#include <bpf/bpf_helper_defs.h>

/* ---- Macros over lists of arguments ---- */

#define ___bpf_join(a, b) a##b
/* `___bpf_concat`, `___bpf_narg`, `___bpf_apply` and `___bpf_fill` keep their customary names and meaning: headers of sched_ext and
 * others call them. */
#define ___bpf_concat(a, b) ___bpf_join(a, b)
#define ___bpf_nth(_0, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, _17, _18, _19, _20, _21, _22, _23, \
                   _24, nth, ...)                                                                                                \
    nth
/* How many arguments there are: 0 to 24. */
#define ___bpf_narg(...)                                                                                                     \
    ___bpf_nth(~ __VA_OPT__(,) __VA_ARGS__, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, \
               2, 1, 0, ~)
/* The macro of a family `prefix0`, `prefix1`, ... */
#define ___bpf_apply(prefix, n) ___bpf_concat(prefix, n)

/* Writes the arguments, widened to 64 bits, to consecutive elements of an array. */
#define ___bpf_fill(array, ...) ___bpf_apply(___bpf_fill, ___bpf_narg(__VA_ARGS__))(array, 0 __VA_OPT__(,) __VA_ARGS__)
#define ___bpf_fill0(array, at) ((void)(array))
#define ___bpf_fill1(array, at, x) ((array)[at] = (unsigned long long)(x))
#define ___bpf_fill2(array, at, x, ...) ___bpf_fill1(array, at, x), ___bpf_fill1(array, at + 1, __VA_ARGS__)
#define ___bpf_fill3(array, at, x, ...) ___bpf_fill1(array, at, x), ___bpf_fill2(array, at + 1, __VA_ARGS__)
#define ___bpf_fill4(array, at, x, ...) ___bpf_fill1(array, at, x), ___bpf_fill3(array, at + 1, __VA_ARGS__)
#define ___bpf_fill5(array, at, x, ...) ___bpf_fill1(array, at, x), ___bpf_fill4(array, at + 1, __VA_ARGS__)
#define ___bpf_fill6(array, at, x, ...) ___bpf_fill1(array, at, x), ___bpf_fill5(array, at + 1, __VA_ARGS__)
#define ___bpf_fill7(array, at, x, ...) ___bpf_fill1(array, at, x), ___bpf_fill6(array, at + 1, __VA_ARGS__)
#define ___bpf_fill8(array, at, x, ...) ___bpf_fill1(array, at, x), ___bpf_fill7(array, at + 1, __VA_ARGS__)
#define ___bpf_fill9(array, at, x, ...) ___bpf_fill1(array, at, x), ___bpf_fill8(array, at + 1, __VA_ARGS__)
#define ___bpf_fill10(array, at, x, ...) ___bpf_fill1(array, at, x), ___bpf_fill9(array, at + 1, __VA_ARGS__)
#define ___bpf_fill11(array, at, x, ...) ___bpf_fill1(array, at, x), ___bpf_fill10(array, at + 1, __VA_ARGS__)
#define ___bpf_fill12(array, at, x, ...) ___bpf_fill1(array, at, x), ___bpf_fill11(array, at + 1, __VA_ARGS__)

/* ---- Attributes ---- */

/* The section says what a program attaches to, or what a variable is. `used` keeps what only the loader refers to; that an `extern`
 * can't be kept needn't be said. */
#define SEC(name)                                                \
    _Pragma("clang diagnostic push")                             \
    _Pragma("clang diagnostic ignored \"-Wignored-attributes\"") \
    __attribute__((section(name), used))                         \
    _Pragma("clang diagnostic pop")

#undef __always_inline /* <linux/stddef.h> has another one */
#define __always_inline inline __attribute__((always_inline))
#ifndef __noinline
#define __noinline __attribute__((noinline))
#endif
#ifndef __weak
#define __weak __attribute__((weak))
#endif
/* Of a function: the verifier looks at it for each caller, as at a static one. Of a variable: it is no part of the skeleton. */
#define __hidden __attribute__((visibility("hidden")))

#ifndef ___bpf_type_tag /* `vmlinux.h` has it, too */
#if __has_attribute(btf_type_tag)
#define ___bpf_type_tag(tag) __attribute__((btf_type_tag(tag)))
#else
#define ___bpf_type_tag(tag)
#endif
#endif
#if __has_attribute(btf_decl_tag)
#define ___bpf_decl_tag(tag) __attribute__((btf_decl_tag(tag)))
#else
#define ___bpf_decl_tag(tag)
#endif

/* Pointers in map values to objects of the kernel (Linux 5.19), per-CPU objects (6.7), the user's memory (6.13). */
#define __kptr_untrusted ___bpf_type_tag("kptr_untrusted")
#define __kptr ___bpf_type_tag("kptr")
#define __percpu_kptr ___bpf_type_tag("percpu_kptr")
#define __uptr ___bpf_type_tag("uptr")

/* What a global function expects of its arguments (Linux 6.8; `arg:trusted`, `arg:nullable` and `arg:arena` 6.9, `arg:untrusted` 6.17). */
#define __arg_ctx ___bpf_decl_tag("arg:ctx")
#define __arg_nonnull ___bpf_decl_tag("arg:nonnull")
#define __arg_nullable ___bpf_decl_tag("arg:nullable")
#define __arg_trusted ___bpf_decl_tag("arg:trusted")
#define __arg_untrusted ___bpf_decl_tag("arg:untrusted")
#define __arg_arena ___bpf_decl_tag("arg:arena")

/* ---- Definitions of maps, in `SEC(".maps")` ---- */

/* The attributes of a map are the types of its members; nothing is ever stored in them. */
#define __uint(name, value) int(*name)[value]
#define __type(name, value) __typeof__(value) *name
#define __array(name, value) __typeof__(value) *name[]
/* A value wider than an array's length can be: an enumerator's. */
#define __ulong(name, value) enum { ___bpf_concat(__unique_value, __COUNTER__) = (value) } name

/* `__uint(pinning, ...)` */
enum libbpf_pin_type {
    LIBBPF_PIN_NONE,
    /* At the map's name in /sys/fs/bpf. */
    LIBBPF_PIN_BY_NAME,
};

/* ---- Externs ---- */

/* `extern int CONFIG_HZ __kconfig;`: the value that the kernel was configured with. With `__weak` it may be missing, and is 0. */
#define __kconfig __attribute__((section(".kconfig")))
/* `extern const int bpf_prog_active __ksym;`: a symbol of the kernel, or a kfunc. With `__weak` it may be missing. */
#define __ksym __attribute__((section(".ksyms")))

/* The type of a Kconfig option that can be `y`, `m` or not set. */
enum libbpf_tristate {
    TRI_NO = 0,
    TRI_YES = 1,
    TRI_MODULE = 2,
};

/* Whether the kernel has a weak kfunc, or a variable given as `&name`. Without `__weak` the compiler would drop the check. */
#define bpf_ksym_exists(sym)                                                                         \
    ({                                                                                               \
        _Static_assert(!__builtin_constant_p(!!(sym)), "`" #sym "` must be declared with `__weak`"); \
        !!(sym);                                                                                     \
    })

/* ---- Language ---- */

#ifndef NULL
#define NULL ((void *)0)
#endif

#ifndef likely
#define likely(x) __builtin_expect(!!(x), 1)
#endif
#ifndef unlikely
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif

#undef offsetof /* as a relocatable expression where the type has `preserve_access_index` */
#define offsetof(type, member) ((unsigned long)&((type *)0)->member)
#undef container_of
#define container_of(ptr, type, member)                       \
    ({                                                        \
        const char *___member = (const char *)(ptr);          \
        (type *)(void *)(___member - offsetof(type, member)); \
    })

/* Keeps the compiler from moving memory accesses across. */
#ifndef barrier
#define barrier() __asm__ volatile("" ::: "memory")
#endif
/* Hides a variable's value from the optimiser: what was known about it before isn't any more. The usual cure for checks that the
 * compiler removed or moved, and that the verifier then misses. */
#ifndef barrier_var
#define barrier_var(var) __asm__ volatile("" : "+r"(var))
#endif

/* The compiler reports, at link time, if it can't prove that this is never reached: BPF has no trap. */
#ifndef __bpf_unreachable
#define __bpf_unreachable() __builtin_trap()
#endif

/* A version as `LINUX_KERNEL_VERSION` holds it; the patch level saturates at 255. */
#ifndef KERNEL_VERSION
#define KERNEL_VERSION(major, minor, patch) (((major) << 16) + ((minor) << 8) + ((patch) > 255 ? 255 : (patch)))
#endif

/* ---- Calls ---- */

#ifdef __bpf__
/*
 * bpf_tail_call() with a constant index into a map that is known at load time: the JIT makes a direct jump of it. For that it must
 * see both as constants right before the call, which only assembly can promise.
 */
static __always_inline void bpf_tail_call_static(void *ctx, const void *map, const __u32 slot)
{
    if (!__builtin_constant_p(slot))
        __bpf_unreachable();
    __asm__ volatile("r1 = %[ctx]\n\t"
                     "r2 = %[map]\n\t"
                     "r3 = %[slot]\n\t"
                     "call 12"
                     :
                     : [ctx] "r"(ctx), [map] "r"(map), [slot] "i"(slot)
                     : "r0", "r1", "r2", "r3", "r4", "r5", "memory");
}
#endif

/* ---- Text ---- */

/* Prints to a file of a BPF iterator. Linux 5.8. */
#define BPF_SEQ_PRINTF(seq, fmt, ...)                                          \
    ({                                                                         \
        static const char ___fmt[] = fmt;                                      \
        unsigned long long ___args[___bpf_narg(__VA_ARGS__)];                  \
        ___bpf_fill(___args __VA_OPT__(,) __VA_ARGS__);                        \
        bpf_seq_printf(seq, ___fmt, sizeof(___fmt), ___args, sizeof(___args)); \
    })

/* Prints to memory; returns the length with the NUL, as if there had been room. Linux 5.13. */
#define BPF_SNPRINTF(out, out_size, fmt, ...)                          \
    ({                                                                 \
        static const char ___fmt[] = fmt;                              \
        unsigned long long ___args[___bpf_narg(__VA_ARGS__)];          \
        ___bpf_fill(___args __VA_OPT__(,) __VA_ARGS__);                \
        bpf_snprintf(out, out_size, ___fmt, ___args, sizeof(___args)); \
    })

/* For programs that must not have global data, whose format is then built on the stack at each call. */
#ifdef BPF_NO_GLOBAL_DATA
#define ___bpf_printk_format
#else
#define ___bpf_printk_format static const
#endif

/* The two that `bpf_printk` chooses between; programs call them, too. */
#define __bpf_printk(fmt, ...)                                              \
    ({                                                                      \
        ___bpf_printk_format char ___fmt[] = fmt;                           \
        bpf_trace_printk(___fmt, sizeof(___fmt) __VA_OPT__(,) __VA_ARGS__); \
    })
#define __bpf_vprintk(fmt, ...)                                              \
    ({                                                                       \
        static const char ___fmt[] = fmt;                                    \
        unsigned long long ___args[___bpf_narg(__VA_ARGS__)];                \
        ___bpf_fill(___args __VA_OPT__(,) __VA_ARGS__);                      \
        bpf_trace_vprintk(___fmt, sizeof(___fmt), ___args, sizeof(___args)); \
    })

/* Prints to /sys/kernel/tracing/trace_pipe, for debugging. More than three arguments need Linux 5.16. */
#define bpf_printk(fmt, ...) ___bpf_apply(___bpf_printk, ___bpf_narg(__VA_ARGS__))(fmt __VA_OPT__(,) __VA_ARGS__)
#define ___bpf_printk0 __bpf_printk
#define ___bpf_printk1 __bpf_printk
#define ___bpf_printk2 __bpf_printk
#define ___bpf_printk3 __bpf_printk
#define ___bpf_printk4 __bpf_vprintk
#define ___bpf_printk5 __bpf_vprintk
#define ___bpf_printk6 __bpf_vprintk
#define ___bpf_printk7 __bpf_vprintk
#define ___bpf_printk8 __bpf_vprintk
#define ___bpf_printk9 __bpf_vprintk
#define ___bpf_printk10 __bpf_vprintk
#define ___bpf_printk11 __bpf_vprintk
#define ___bpf_printk12 __bpf_vprintk

/* Prints to a stream of the program's own, which its owner reads: BPF_STDOUT or BPF_STDERR. Linux 7.0; `vmlinux.h` declares the
 * function. */
#define bpf_stream_printk(stream_id, fmt, ...)                           \
    ({                                                                   \
        static const char ___fmt[] = fmt;                                \
        unsigned long long ___args[___bpf_narg(__VA_ARGS__)];            \
        ___bpf_fill(___args __VA_OPT__(,) __VA_ARGS__);                  \
        bpf_stream_vprintk(stream_id, ___fmt, ___args, sizeof(___args)); \
    })

/* ---- Loops over the kernel's iterators ---- */

struct bpf_iter_num;

/* Linux 6.4. The struct's definition comes from `vmlinux.h`. */
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __weak __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __weak __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __weak __ksym;

/* An iterator that lives as long as a `for` statement: declared and made in its first clause, destroyed however it is left. The
 * destructor is mentioned because clang before version 19 writes no BTF for a function that only `cleanup` calls. */
#define ___bpf_iter(type, it, ...)                                                             \
    struct bpf_iter_##type it __attribute__((aligned(8), cleanup(bpf_iter_##type##_destroy))), \
        *___made __attribute__((unused)) =                                                     \
            (bpf_iter_##type##_new(&it __VA_OPT__(,) __VA_ARGS__), (void)bpf_iter_##type##_destroy, (struct bpf_iter_##type *)0)

/* `bpf_for_each(task, pointer, arguments of bpf_iter_task_new)`: `pointer` is each element in turn, for any open-coded iterator. */
#ifndef bpf_for_each
#define bpf_for_each(type, cur, ...) \
    for (___bpf_iter(type, ___it __VA_OPT__(,) __VA_ARGS__); ((cur) = bpf_iter_##type##_next(&___it));)
#endif

/* `for (i = start; i < end; i++)`, with bounds that the verifier needn't know. The test in each round tells it the range of `i`. */
#ifndef bpf_for
#define bpf_for(i, start, end)                                             \
    for (___bpf_iter(num, ___it, (start), (end)); ({                       \
             int *___next = bpf_iter_num_next(&___it);                     \
             (___next && ((i) = *___next, (i) >= (start) && (i) < (end))); \
         });)
#endif

/* Runs what follows `n` times. */
#ifndef bpf_repeat
#define bpf_repeat(n) for (___bpf_iter(num, ___it, 0, (n)); bpf_iter_num_next(&___it);)
#endif

#endif
