# A program with statically defined probes, without a C library. It waits for a byte on its standard input, runs through its probes, and ends.
# The first place of `whole` is passed over as long as nobody looks.

.macro probe name, arguments, semaphore=0
9:  nop
    .pushsection .note.stapsdt, "", "note"
    .balign 4
    .4byte 2f - 1f, 4f - 3f, 3
1:  .asciz "stapsdt"
2:  .balign 4
3:  .8byte 9b, base, \semaphore
    .asciz "corebone"
    .asciz "\name"
    .asciz "\arguments"
4:  .balign 4
    .popsection
.endm

    .section .stapsdt.base, "aG", "progbits", .stapsdt.base, comdat
base:
    .space 1

    .section .probes, "aw", "progbits"
    .balign 2
looks:
    .2byte 0

    .data
values:
    .8byte 0x1122334455667788, -5, 0x7fffffffffffffff

    .text
    .globl _start
_start:
    xor %eax, %eax
    xor %edi, %edi
    lea byte(%rip), %rsi
    mov $1, %edx
    syscall

    lea values(%rip), %rbx
    mov (%rbx), %rax
    mov $2, %ecx
    cmpw $0, looks(%rip)
    je 5f
    probe whole, "8@%rax -4@%eax -1@%al 2@$-3 -8@8(%rbx) 8@(%rbx,%rcx,8) -8@$-9 1@(%rbx)", looks
5:  probe whole, "4@$7"
    probe bare, ""
    probe odd, "8@values(%rip)"

    mov $60, %eax
    xor %edi, %edi
    syscall

    .bss
byte:
    .byte 0
