/* SPDX-License-Identifier: MIT */
/* Stack switch for x86-64, System V ABI: rbx, rbp, r12-r15, MXCSR and the x87 control word are the
 * callee's to keep; all other registers are dead across a call. */

#ifdef __CET__
#include <cet.h>
#else
#define _CET_ENDBR
#endif

    .text

/* void rt_fiber_swap(void **save, void *load) */
    .globl rt_fiber_swap
    .hidden rt_fiber_swap
    .type rt_fiber_swap, @function
    .balign 16
rt_fiber_swap:
    _CET_ENDBR
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    subq $8, %rsp
    stmxcsr (%rsp)
    fnstcw 4(%rsp)
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    ldmxcsr (%rsp)
    fldcw 4(%rsp)
    addq $8, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size rt_fiber_swap, . - rt_fiber_swap

/* The return address of a new stack: r12 holds the fiber. The zero pushed as return address ends
 * back traces. */
    .type fiber_trampoline, @function
    .balign 16
fiber_trampoline:
    _CET_ENDBR
    movq %r12, %rdi
    pushq $0
    jmp rt_fiber_start
    .size fiber_trampoline, . - fiber_trampoline

/* void *rt_fiber_prepare(void *top, struct rt_fiber *fiber) */
    .globl rt_fiber_prepare
    .hidden rt_fiber_prepare
    .type rt_fiber_prepare, @function
    .balign 16
rt_fiber_prepare:
    _CET_ENDBR
    andq $-16, %rdi
    leaq -80(%rdi), %rax
    leaq fiber_trampoline(%rip), %rdx
    stmxcsr (%rax)
    fnstcw 4(%rax)
    movq $0, 8(%rax)        /* r15 */
    movq $0, 16(%rax)       /* r14 */
    movq $0, 24(%rax)       /* r13 */
    movq %rsi, 32(%rax)     /* r12 */
    movq $0, 40(%rax)       /* rbx */
    movq $0, 48(%rax)       /* rbp */
    movq %rdx, 56(%rax)     /* return address */
    ret
    .size rt_fiber_prepare, . - rt_fiber_prepare

    .section .note.GNU-stack, "", @progbits
