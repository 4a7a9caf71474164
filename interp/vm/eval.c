/* eval.c -- the loop. It is one function on purpose: the pinned locals (pc, r, k, frame, t) live in registers of the processor.
 *
 * Reading it: a handler does the fast path inline and calls an op_... function (ops.h) for the rest. Ownership is opcodes.def's: every register
 * owns its value, temporaries are consumed, a dead temporary holds an immediate. So there is no clean-up per instruction on
 * errors: everything goes to `error`, and unwinding releases every temporary above the handler's register.
 * frame->pc is saved (SAVE) before anything that can raise, run Python code or look at the frame.
 *
 * Python calls Python without C recursion: a frame is pushed and the loop goes on in it; RETURN pops it. Frames whose entry is
 * RETURN_NATIVE leave the function: they were pushed by native code (call.c, resume.c).
 *
 * The loop itself is loop.inc, included twice: plain, and with TRACED for sys.settrace and sys.setprofile. */
#include "interp/vm/eval.h"
#include "gc/event.h"
#include "gc/heap.h"
#include "interp/object/attr.h"
#include "interp/object/cell.h"
#include "interp/object/class.h"
#include "interp/object/exception.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/iterators.h"
#include "interp/object/list.h"
#include "interp/object/method.h"
#include "interp/object/module.h"
#include "interp/object/native.h"
#include "interp/object/range.h"
#include "interp/object/set.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/bind.h"
#include "interp/vm/generator.h"
#include "interp/vm/ops.h"
#include "interp/vm/push.h"
#include "interp/vm/quick.h"
#include "interp/vm/trace.h"
#include "interp/vm/value_ops.h"


static Value eval_loop_traced(Thread *t);

#define R(n) r[n]
#define NAME(n) tuple_peek(frame->code->names, (n))
#define SAVE() (frame->pc = pc)
#define NEXT(n_cache) do { pc += 1 + (n_cache); DISPATCH(); } while (0)
#define JUMP_BY(n_cache, offset) do { pc += (intptr_t)(offset) + 1 + (n_cache); DISPATCH(); } while (0)
/* Jump by the c field, or go on: two ends, so that the processor learns them apart. */
#define JUMP_IF_C(condition) do { if (condition) JUMP_BY(0, (int16_t)pc->c); NEXT(0); } while (0)
/* Write a register: the old value goes after the new one is in place. */
#define SET(reg, value) do { Value *slot_ = &r[reg], old_ = *slot_; *slot_ = (value); if (UNLIKELY(is_ptr(old_))) release(old_); } while (0)
/* The operand in `reg` is dead if it is a temporary. */
#define CONSUME(reg) do { if ((unsigned)(reg) >= named && is_ptr(r[reg])) { Value dead_ = r[reg]; r[reg] = UNBOUND; release(dead_); } } while (0)
/* The same where the instruction's x says so. */
#define CONSUME_X(reg) do { if (pc->x) { Value dead_ = r[reg]; r[reg] = UNBOUND; release(dead_); } } while (0)
#define CONSUME_BUT(reg, destination) do { if ((reg) != (destination)) CONSUME(reg); } while (0)
/* The value of `reg` as one to hand on: a temporary moves, a named register is copied. */
#define TAKE(reg) ({ Value taken_ = r[reg]; if ((reg) >= named) r[reg] = UNBOUND; else retain(taken_); taken_; })
#define IS_BOUND(reg) (LIKELY(!is_unbound(r[reg])) || op_check_bound(frame, (reg), r[reg]))
#define CHECK(condition) do { if (UNLIKELY(!(condition))) goto error; } while (0)
#define CHECK_VALUE(v) do { if (UNLIKELY(is_error(v))) goto error; } while (0)
/* The same where the operator's method may be a Python function whose frame has been pushed instead (push.h). */
#define CHECK_PUSHED(v) do { CHECK_VALUE(v); if (UNLIKELY(same(v, PUSHED))) goto enter_frame; } while (0)
#define OP(name) L_##name

#define ARITH_OPS(name, fast, op_code) \
    OP(name): { \
        Value a = R(pc->b), b = R(pc->c), v; \
        if (LIKELY(fast(a, b, &v))) { SET(pc->a, v); NEXT(0); } \
        SAVE(); \
        v = op_binary(frame, *pc, op_code, a, b); \
        CHECK_PUSHED(v); \
        CONSUME_BUT(pc->b, pc->a); CONSUME_BUT(pc->c, pc->a); SET(pc->a, v); \
        NEXT(0); \
    } \
    OP(name##_K): { \
        Value a = R(pc->b), b = k[pc->c], v; \
        if (LIKELY(fast(a, b, &v))) { SET(pc->a, v); NEXT(0); } \
        SAVE(); \
        v = op_binary_k(frame, *pc, op_code, a, b); \
        CHECK_PUSHED(v); \
        CONSUME_BUT(pc->b, pc->a); SET(pc->a, v); \
        NEXT(0); \
    }

#define COMPARE_OPS(name, sign, op_code) \
    OP(name): { \
        Value a = R(pc->b), b = R(pc->c), v; \
        if (LIKELY(both_int(a, b))) { SET(pc->a, bool_value((int64_t)a.bits sign (int64_t)b.bits)); NEXT(0); } \
        if (both_float(a, b)) { SET(pc->a, bool_value(small_float(a) sign small_float(b))); NEXT(0); } \
        SAVE(); \
        v = op_compare(frame, pc->b, pc->c, op_code, a, b); \
        CHECK_PUSHED(v); \
        CONSUME_BUT(pc->b, pc->a); CONSUME_BUT(pc->c, pc->a); SET(pc->a, v); \
        NEXT(0); \
    } \
    OP(J##name): { \
        Value a = R(pc->a), b = R(pc->b); \
        if (LIKELY(both_int(a, b))) JUMP_IF_C(((int64_t)a.bits sign (int64_t)b.bits) == pc->x); \
        if (both_float(a, b)) JUMP_IF_C((small_float(a) sign small_float(b)) == pc->x); \
        SAVE(); \
        Truth truth = op_compare_truth(frame, pc->a, pc->b, op_code, a, b); \
        CHECK(truth >= 0); \
        if (UNLIKELY(truth == TRUTH_PUSHED)) goto enter_frame; \
        CONSUME(pc->a); CONSUME(pc->b); \
        JUMP_IF_C(truth == pc->x); \
    } \
    OP(J##name##_K): { \
        Value a = R(pc->a), b = k[pc->b]; \
        if (LIKELY(both_int(a, b))) JUMP_IF_C(((int64_t)a.bits sign (int64_t)b.bits) == pc->x); \
        if (both_float(a, b)) JUMP_IF_C((small_float(a) sign small_float(b)) == pc->x); \
        SAVE(); \
        Truth truth = op_compare_truth(frame, pc->a, NO_REG, op_code, a, b); \
        CHECK(truth >= 0); \
        if (UNLIKELY(truth == TRUTH_PUSHED)) goto enter_frame; \
        CONSUME(pc->a); \
        JUMP_IF_C(truth == pc->x); \
    }

/* Call arguments of a generator's frame lie in the generator: they move to the thread's stack. */
static Value *move_arguments(Value *to, Value *args, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        to[i] = args[i];
        args[i] = UNBOUND;
    }
    return to;
}

/* For assertions: unused without them. */
__attribute__((unused)) static inline bool holds_immediates(const Value *at, const Value *end)
{
    while (at < end && !is_ptr(*at))
        at++;
    return at >= end;
}

static cold void release_keeping_error(Value v)
{
    ErrorState error = error_save();
    release(v);
    error_restore(error);
}

#define LOOP eval_loop_plain
#define LINKAGE
#define TRACE_RETURN(value) ((void)0)
#define TRACE_STOP(delegate, value) ((void)0)
#define TRACE_NATIVE(event, may_fail) ((void)0)
#define NATIVE_SHOWN(label) ((void)0)
#include "interp/vm/loop.inc"
#undef LOOP
#undef LINKAGE
#undef TRACE_RETURN
#undef TRACE_STOP
#undef TRACE_NATIVE
#undef NATIVE_SHOWN
#undef DISPATCH

#define TRACED
#define LOOP eval_loop_traced
#define LINKAGE static
#define TRACE_RETURN(value) do { if (UNLIKELY(!trace_return(t, frame, value))) { release(value); goto error; } } while (0)
#define TRACE_STOP(delegate, value) do { if (is_exact(delegate, &coroutine_type) || !is_none(value)) trace_stop(t, frame, value); } while (0)
/* Natives are called where profilers can see it, not through the specialised forms. */
#define NATIVE_SHOWN(label) do { if (!is_unbound(t->profile_fn)) goto label; } while (0)
#define TRACE_NATIVE(event, may_fail) do { \
        if (!is_unbound(t->profile_fn) && !trace_native(t, frame, event, callee) && (may_fail)) { \
            if ((event)[2] == 'r') release(result); \
            goto error; \
        } \
    } while (0)
#include "interp/vm/loop.inc"

Value eval_loop(Thread *t)
{
    if (LIKELY(!trace_wanted(t)))
        return eval_loop_plain(t);
    ErrorState thrown = { 0 };
    bool is_throw = error_pending();
    if (is_throw)
        thrown = error_save();
    if (trace_call(t, t->frame)) {       /* else its error is what the frame sees */
        if (is_throw)
            error_restore(thrown);
    } else if (is_throw) {
        ErrorState failure = error_save();
        error_restore(thrown);
        error_clear();
        error_restore(failure);
    }
    return eval_loop_traced(t);
}
