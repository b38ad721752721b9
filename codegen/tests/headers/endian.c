/* Everything of <bpf/bpf_endian.h>, as constants. */
#include <bpf/bpf_endian.h>

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define EXPECT(little, big) little
#else
#define EXPECT(little, big) big
#endif

_Static_assert(bpf_htons(0x0102) == EXPECT(0x0201, 0x0102), "");
_Static_assert(bpf_ntohs(0x0102) == EXPECT(0x0201, 0x0102), "");
_Static_assert(bpf_htonl(0x01020304) == EXPECT(0x04030201, 0x01020304), "");
_Static_assert(bpf_ntohl(0x01020304) == EXPECT(0x04030201, 0x01020304), "");
_Static_assert(bpf_cpu_to_be64(0x0102030405060708) == EXPECT(0x0807060504030201, 0x0102030405060708), "");
_Static_assert(bpf_be64_to_cpu(0x0102030405060708) == EXPECT(0x0807060504030201, 0x0102030405060708), "");
_Static_assert(__bpf_htons(0x0102) == bpf_htons(0x0102), "");
_Static_assert(__bpf_ntohs(0x0102) == bpf_ntohs(0x0102), "");
_Static_assert(__bpf_htonl(0x01020304) == bpf_htonl(0x01020304), "");
_Static_assert(__bpf_ntohl(0x01020304) == bpf_ntohl(0x01020304), "");
_Static_assert(__bpf_cpu_to_be64(0x0102030405060708) == bpf_cpu_to_be64(0x0102030405060708), "");
_Static_assert(__bpf_be64_to_cpu(0x0102030405060708) == bpf_be64_to_cpu(0x0102030405060708), "");
_Static_assert(__bpf_constant_htons(0x0102) == bpf_htons(0x0102), "");
_Static_assert(__bpf_constant_ntohs(0x0102) == bpf_ntohs(0x0102), "");
_Static_assert(__bpf_constant_htonl(0x01020304) == bpf_htonl(0x01020304), "");
_Static_assert(__bpf_constant_ntohl(0x01020304) == bpf_ntohl(0x01020304), "");
_Static_assert(__bpf_constant_cpu_to_be64(0x0102030405060708) == bpf_cpu_to_be64(0x0102030405060708), "");
_Static_assert(__bpf_constant_be64_to_cpu(0x0102030405060708) == bpf_be64_to_cpu(0x0102030405060708), "");
_Static_assert(___bpf_swab16(0x0102) == 0x0201, "");
_Static_assert(___bpf_swab32(0x01020304) == 0x04030201, "");
_Static_assert(___bpf_swab64(0x0102030405060708) == 0x0807060504030201, "");
_Static_assert(sizeof(bpf_htons(1)) == 2, "");
_Static_assert(sizeof(bpf_htonl(1)) == 4, "");
_Static_assert(sizeof(bpf_cpu_to_be64(1)) == 8, "");

int is_ip(unsigned short protocol)
{
    switch (protocol) {
    case bpf_htons(0x0800):
    case bpf_htons(0x86dd):
        return 1;
    }
    return bpf_ntohs(protocol) == 1;
}
