/*
 * The arithmetic of the bitfield macros, on the build machine: fields of every place and width in integers of every size, with what a
 * loader would answer in place of the relocations.
 */
static unsigned long long info[6];
#define __builtin_preserve_field_info(field, kind) info[kind]
#include <bpf/bpf_core_read.h>

static long copy(void *to, unsigned int size, const void *from)
{
    __builtin_memcpy(to, from, size);
    return 0;
}
#define bpf_probe_read_kernel copy

static int check(unsigned int size, unsigned int at, unsigned int width, int is_signed)
{
    struct {
        unsigned char before, bytes[8];
    } memory, expected;
    unsigned long long word = 0x96a5c33c0ff05ab7 & (~0ULL >> (64 - 8 * size)), field = word >> at & (~0ULL >> (64 - width));
    unsigned long long want = is_signed && field >> (width - 1) ? field | ~(~0ULL >> (64 - width)) : field;
    unsigned long long read, after = word ^ (~0ULL >> (64 - width)) << at;

    __builtin_memset(&memory, 0x5a, sizeof(memory));
    expected = memory;
    __builtin_memcpy(memory.bytes, &word, size);
    __builtin_memcpy(expected.bytes, &after, size);

    info[BPF_FIELD_BYTE_OFFSET] = 1;
    info[BPF_FIELD_BYTE_SIZE] = size;
    info[BPF_FIELD_SIGNED] = is_signed;
    info[BPF_FIELD_LSHIFT_U64] = 64 - at - width;
    info[BPF_FIELD_RSHIFT_U64] = 64 - width;
    if (BPF_CORE_READ_BITFIELD(&memory, bytes) != want || BPF_CORE_READ_BITFIELD_PROBED(&memory, bytes) != want)
        return 0;
    BPF_CORE_READ_BITFIELD_PROBED(&memory, bytes, &read);
    if (read != want)
        return 0;
    BPF_CORE_WRITE_BITFIELD(&memory, bytes, ~field);
    return __builtin_memcmp(&memory, &expected, sizeof(memory)) == 0;
}

int main(void)
{
    unsigned int size, at, width, is_signed;

    for (size = 1; size <= 8; size *= 2)
        for (at = 0; at < 8 * size; at++)
            for (width = 1; at + width <= 8 * size; width++)
                for (is_signed = 0; is_signed < 2; is_signed++)
                    if (!check(size, at, width, is_signed))
                        return 1;
    return 0;
}
