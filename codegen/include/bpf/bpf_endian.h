/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Byte order of the network and of fixed formats.
 *
 * Each macro is an integer constant expression when its argument is one, so it can stand in a `case` label or an initialiser.
 */
#ifndef COREBONE_BPF_ENDIAN_H
#define COREBONE_BPF_ENDIAN_H

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ___bpf_big16(x) __builtin_bswap16(x)
#define ___bpf_big32(x) __builtin_bswap32(x)
#define ___bpf_big64(x) __builtin_bswap64(x)
#elif __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define ___bpf_big16(x) ((unsigned short)(x))
#define ___bpf_big32(x) ((unsigned int)(x))
#define ___bpf_big64(x) ((unsigned long long)(x))
#else
#error "compile for the bpfel or the bpfeb target"
#endif

#define bpf_htons(x) ___bpf_big16(x)
#define bpf_ntohs(x) ___bpf_big16(x)
#define bpf_htonl(x) ___bpf_big32(x)
#define bpf_ntohl(x) ___bpf_big32(x)
#define bpf_cpu_to_be64(x) ___bpf_big64(x)
#define bpf_be64_to_cpu(x) ___bpf_big64(x)

/* The same, as programs say it that expect constants to need a macro of their own. */
#define __bpf_htons(x) bpf_htons(x)
#define __bpf_ntohs(x) bpf_ntohs(x)
#define __bpf_htonl(x) bpf_htonl(x)
#define __bpf_ntohl(x) bpf_ntohl(x)
#define __bpf_cpu_to_be64(x) bpf_cpu_to_be64(x)
#define __bpf_be64_to_cpu(x) bpf_be64_to_cpu(x)
#define __bpf_constant_htons(x) bpf_htons(x)
#define __bpf_constant_ntohs(x) bpf_ntohs(x)
#define __bpf_constant_htonl(x) bpf_htonl(x)
#define __bpf_constant_ntohl(x) bpf_ntohl(x)
#define __bpf_constant_cpu_to_be64(x) bpf_cpu_to_be64(x)
#define __bpf_constant_be64_to_cpu(x) bpf_be64_to_cpu(x)

/* Bytes reversed, whatever the order is. */
#define ___bpf_swab16(x) __builtin_bswap16(x)
#define ___bpf_swab32(x) __builtin_bswap32(x)
#define ___bpf_swab64(x) __builtin_bswap64(x)

#endif
