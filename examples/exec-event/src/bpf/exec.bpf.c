// SPDX-License-Identifier: MIT OR Apache-2.0
#include <linux/types.h>
#include <exec-event/exec.h>

/* That a variable is of it has clang describe the type. */
struct exec exec;
