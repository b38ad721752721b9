/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* After "vmlinux.h" or <linux/types.h>, whichever a program has. */
#ifndef EXEC_EVENT_EXEC_H
#define EXEC_EVENT_EXEC_H

enum exec_origin {
    EXEC_USER,
    EXEC_ROOT,
};

/* A process that begins to run another program. */
struct exec {
    __u32 pid;
    __u32 parent;
    enum exec_origin origin;
    char task[16];
};

#endif
