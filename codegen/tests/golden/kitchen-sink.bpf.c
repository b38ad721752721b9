/* C types of every sort, which a program writes for Rust to read, and checks after Rust has written them. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

typedef _Bool bool;
#define true 1

#define CHECK(condition)    \
    do {                    \
        if (!(condition))   \
            return __LINE__; \
    } while (0)

enum sign { BELOW = -1, ZERO, Zero };
enum plain { SMALL = 1, LARGE = 0x80000000 };
enum wide { HUGE = 1ULL << 40 };
enum low { LOW = -(1LL << 40) };
enum __attribute__((packed)) narrow { NARROW = 200 };
typedef __u32 port_t;
typedef int (*callback_t)(void *context, const char *name);
struct Clash { __u8 small; };
struct clash { __u16 large; };
struct never_defined;

struct bits {
    __u32 low : 3, middle : 17;
    __s32 high : 12;
    bool set : 1;
    enum sign sign : 2;
    __u64 wide : 40;
    __u32 : 0;
    unsigned __int128 widest : 100;
};

struct __attribute__((packed)) packed {
    __u8 tag;
    __u64 cookie;
    __u16 pairs[2][3];
    __u32 five : 5;
};

struct numbers {
    __s8 s8;
    __u8 u8;
    __s16 s16;
    __u16 u16;
    __s32 s32;
    __u32 u32;
    __s64 s64;
    __u64 u64;
    __int128 s128;
    unsigned __int128 u128;
    float single;
    double twice;
    bool yes;
    char text[16];
    char lines[2][8];
};

struct nothing {
};

struct __attribute__((packed, aligned(2))) half_packed {
    __u8 tag;
    __u32 number;
    __u8 end;
};

struct sink {
    struct numbers numbers;
    enum sign type;
    enum plain match;
    enum wide fn;
    enum narrow self;
    port_t port;
    struct bits bits;
    struct packed packed;
    union {
        __u32 word;
        __u8 parts[4];
        struct {
            __u16 first;
            __u16 second : 9;
        };
    };
    struct {
        __s64 lifted;
        union {
            __u64 whole;
            __u32 half;
        } named;
    };
    struct {
        __u32 x, y;
    } points[2];
    struct sink *next;
    callback_t call;
    const struct never_defined *hidden;
    struct Clash Clash;
    struct clash clash;
    __u8 deep[2][2][40];
    __u16 many[100];
    struct {
        struct {
            union {
                struct {
                    __u8 at_depth;
                };
                __u64 over_it;
            };
        };
    };
    struct nothing nothing;
    struct half_packed half_packed[2];
    struct bits array_of_bits[2];
    enum low low;
    __u8 none[0];
    __u32 aligned __attribute__((aligned(64)));
    __u64 rest[];
};

struct sink from_c, from_rust;

SEC("socket")
int written(struct __sk_buff *skb)
{
    struct sink *sink = &from_c;

    sink->numbers.s8 = -8;
    sink->numbers.u8 = 200;
    sink->numbers.s16 = -1600;
    sink->numbers.u16 = 60000;
    sink->numbers.s32 = -320000;
    sink->numbers.u32 = 4000000000;
    sink->numbers.s64 = -64LL * (1LL << 32);
    sink->numbers.u64 = 0xfedcba9876543210;
    sink->numbers.s128 = -5;
    sink->numbers.u128 = (unsigned __int128)3 << 100 | 7;
    sink->numbers.single = 1.5f;
    sink->numbers.twice = -0.25;
    sink->numbers.yes = true;
    __builtin_memcpy(sink->numbers.text, "text", 5);
    __builtin_memcpy(sink->numbers.lines[1], "line", 5);
    sink->type = BELOW;
    sink->match = LARGE;
    sink->fn = HUGE;
    sink->self = NARROW;
    sink->port = 443;
    sink->bits.low = 5;
    sink->bits.middle = 0x1abcd;
    sink->bits.high = -1000;
    sink->bits.set = true;
    sink->bits.sign = BELOW;
    sink->bits.wide = 0xabcdef0123;
    sink->bits.widest = (unsigned __int128)9 << 90 | 11;
    sink->packed.tag = 1;
    sink->packed.cookie = 0x1122334455667788;
    sink->packed.pairs[1][2] = 12;
    sink->packed.five = 21;
    sink->first = 77;
    sink->second = 300;
    sink->lifted = -6;
    sink->named.whole = 0x100000002;
    sink->points[1].y = 9;
    sink->next = (struct sink *)0x1000;
    sink->call = (callback_t)0x2000;
    sink->hidden = (struct never_defined *)0x3000;
    sink->Clash.small = 4;
    sink->clash.large = 500;
    sink->deep[1][0][39] = 39;
    sink->many[99] = 9999;
    sink->over_it = 0x0123456789abcd00;
    sink->at_depth = 17;
    sink->half_packed[1].number = 0xdeadbeef;
    sink->half_packed[1].end = 2;
    sink->array_of_bits[1].high = -7;
    sink->low = LOW;
    sink->aligned = 64;
    return 0;
}

SEC("socket")
int read(struct __sk_buff *skb)
{
    volatile struct sink *sink = &from_rust;

    CHECK(sink->numbers.s8 == -8 && sink->numbers.u8 == 200);
    CHECK(sink->numbers.s16 == -1600 && sink->numbers.u16 == 60000);
    CHECK(sink->numbers.s32 == -320000 && sink->numbers.u32 == 4000000000);
    CHECK(sink->numbers.s64 == -64LL * (1LL << 32) && sink->numbers.u64 == 0xfedcba9876543210);
    CHECK(sink->numbers.s128 == -5);
    CHECK(sink->numbers.u128 == ((unsigned __int128)3 << 100 | 7));
    /* BPF has no floats; their bits it can compare. */
    CHECK(*(volatile __u32 *)&sink->numbers.single == 0x3fc00000);
    CHECK(*(volatile __u64 *)&sink->numbers.twice == 0xbfd0000000000000);
    CHECK(sink->numbers.yes && sink->numbers.text[3] == 't' && !sink->numbers.text[4]);
    CHECK(sink->numbers.lines[1][3] == 'e' && !sink->numbers.lines[0][0]);
    CHECK(sink->type == BELOW && sink->match == LARGE && sink->fn == HUGE && sink->self == NARROW && sink->port == 443);
    CHECK(sink->bits.low == 5 && sink->bits.middle == 0x1abcd && sink->bits.high == -1000);
    CHECK(sink->bits.set && sink->bits.sign == BELOW && sink->bits.wide == 0xabcdef0123);
    CHECK(sink->bits.widest == ((unsigned __int128)9 << 90 | 11));
    CHECK(sink->packed.tag == 1 && sink->packed.cookie == 0x1122334455667788);
    CHECK(sink->packed.pairs[1][2] == 12 && sink->packed.pairs[1][1] == 0 && sink->packed.five == 21);
    CHECK(sink->first == 77 && sink->second == 300 && sink->parts[0] == 77);
    CHECK(sink->lifted == -6 && sink->named.half == 2 && sink->named.whole == 0x100000002);
    CHECK(sink->points[1].y == 9 && sink->points[0].x == 0);
    CHECK((__u64)sink->next == 0x1000 && (__u64)sink->call == 0x2000 && (__u64)sink->hidden == 0x3000);
    CHECK(sink->Clash.small == 4 && sink->clash.large == 500);
    CHECK(sink->deep[1][0][39] == 39 && sink->deep[0][1][39] == 0 && sink->aligned == 64);
    CHECK(sink->many[99] == 9999 && sink->many[98] == 0);
    CHECK(sink->at_depth == 17 && sink->over_it >> 8 == 0x0123456789abcd);
    CHECK(sink->half_packed[1].number == 0xdeadbeef && sink->half_packed[1].end == 2 && sink->half_packed[0].number == 0);
    CHECK(sink->array_of_bits[1].high == -7 && sink->array_of_bits[0].high == 0);
    CHECK(sink->low == LOW);
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
