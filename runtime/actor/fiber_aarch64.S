/* SPDX-License-Identifier: MIT */
/* Stack switch for AArch64 (AAPCS64): x19-x30 and d8-d15 are the callee's to keep. */

    .text

/* void rt_fiber_swap(void **save, void *load) */
    .globl rt_fiber_swap
    .hidden rt_fiber_swap
    .type rt_fiber_swap, %function
    .balign 16
rt_fiber_swap:
    hint #34                    /* bti c */
    sub sp, sp, #160
    stp x19, x20, [sp, #0]
    stp x21, x22, [sp, #16]
    stp x23, x24, [sp, #32]
    stp x25, x26, [sp, #48]
    stp x27, x28, [sp, #64]
    stp x29, x30, [sp, #80]
    stp d8, d9, [sp, #96]
    stp d10, d11, [sp, #112]
    stp d12, d13, [sp, #128]
    stp d14, d15, [sp, #144]
    mov x9, sp
    str x9, [x0]
    mov sp, x1
    ldp x19, x20, [sp, #0]
    ldp x21, x22, [sp, #16]
    ldp x23, x24, [sp, #32]
    ldp x25, x26, [sp, #48]
    ldp x27, x28, [sp, #64]
    ldp x29, x30, [sp, #80]
    ldp d8, d9, [sp, #96]
    ldp d10, d11, [sp, #112]
    ldp d12, d13, [sp, #128]
    ldp d14, d15, [sp, #144]
    add sp, sp, #160
    ret
    .size rt_fiber_swap, . - rt_fiber_swap

/* The return address of a new stack: x19 holds the fiber. */
    .type fiber_trampoline, %function
    .balign 16
fiber_trampoline:
    hint #36                    /* bti j */
    mov x0, x19
    mov x29, xzr
    mov x30, xzr
    b rt_fiber_start
    .size fiber_trampoline, . - fiber_trampoline

/* void *rt_fiber_prepare(void *top, struct rt_fiber *fiber) */
    .globl rt_fiber_prepare
    .hidden rt_fiber_prepare
    .type rt_fiber_prepare, %function
    .balign 16
rt_fiber_prepare:
    hint #34
    and x0, x0, #-16
    sub x0, x0, #160
    stp x1, xzr, [x0, #0]
    stp xzr, xzr, [x0, #16]
    stp xzr, xzr, [x0, #32]
    stp xzr, xzr, [x0, #48]
    stp xzr, xzr, [x0, #64]
    adrp x9, fiber_trampoline
    add x9, x9, :lo12:fiber_trampoline
    stp xzr, x9, [x0, #80]
    stp xzr, xzr, [x0, #96]
    stp xzr, xzr, [x0, #112]
    stp xzr, xzr, [x0, #128]
    stp xzr, xzr, [x0, #144]
    ret
    .size rt_fiber_prepare, . - rt_fiber_prepare

    .section .note.GNU-stack, "", %progbits
