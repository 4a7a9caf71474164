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
 * The file is compiled twice: eval_traced.c includes it with TRACED defined, for sys.settrace and sys.setprofile. */
#include "interp/vm/eval.h"
#include "gc/event.h"
#include "gc/heap.h"
#include "interp/object/attr.h"
#include "interp/object/cell.h"
#include "interp/object/class.h"
#include "interp/object/exception.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/method.h"
#include "interp/object/native.h"
#include "interp/object/range.h"
#include "interp/object/set.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/bind.h"
#include "interp/vm/generator.h"
#include "interp/vm/ops.h"
#include "interp/vm/quick.h"
#include "interp/vm/trace.h"
#include "interp/vm/value_ops.h"

#ifdef TRACED
#define LOOP eval_loop_traced
#define TRACE_RETURN(value) do { if (UNLIKELY(!trace_return(t, frame, value))) { release(value); goto error; } } while (0)
#else
#define LOOP eval_loop_plain
#define TRACE_RETURN(value) ((void)0)
uint32_t vm_cell;
#endif

#define R(n) r[n]
#define NAME(n) tuple_peek(frame->code->names, (n))
#define SAVE() (frame->pc = pc)
#ifdef TRACED
#define DISPATCH() do { w = *pc; goto trace_instruction; } while (0)
#else
#define DISPATCH() do { w = *pc; goto *labels[w.op]; } while (0)
#endif
#define NEXT(n_cache) do { pc += 1 + (n_cache); DISPATCH(); } while (0)
#define JUMP_BY(n_cache, offset) do { pc += 1 + (n_cache) + (offset); DISPATCH(); } while (0)
/* Write a register: the old value goes after the new one is in place. */
#define SET(reg, value) do { Value *slot_ = &r[reg], old_ = *slot_; *slot_ = (value); release(old_); } while (0)
/* The operand in `reg` is dead if it is a temporary. */
#define CONSUME(reg) do { if ((reg) >= named && is_ptr(r[reg])) { Value dead_ = r[reg]; r[reg] = UNBOUND; release(dead_); } } while (0)
#define CONSUME_BUT(reg, destination) do { if ((reg) != (destination)) CONSUME(reg); } while (0)
/* The value of `reg` as one to hand on: a temporary moves, a named register is copied. */
#define TAKE(reg) ({ Value taken_ = r[reg]; if ((reg) >= named) r[reg] = UNBOUND; else retain(taken_); taken_; })
#define CHECK(condition) do { if (UNLIKELY(!(condition))) goto error; } while (0)
#define CHECK_VALUE(v) do { if (UNLIKELY(is_error(v))) goto error; } while (0)
#define OP(name) L_##name

#define ARITH(name, fast, op_code) \
    OP(name): { \
        Value a = R(w.b), b = R(w.c), v; \
        if (LIKELY(fast(a, b, &v))) { SET(w.a, v); NEXT(0); } \
        SAVE(); \
        v = op_binary(frame, w, op_code, a, b); \
        CHECK_VALUE(v); \
        CONSUME_BUT(w.b, w.a); CONSUME_BUT(w.c, w.a); SET(w.a, v); \
        NEXT(0); \
    } \
    OP(name##_K): { \
        Value a = R(w.b), b = k[w.c], v; \
        if (LIKELY(fast(a, b, &v))) { SET(w.a, v); NEXT(0); } \
        SAVE(); \
        v = op_binary_k(frame, w, op_code, a, b); \
        CHECK_VALUE(v); \
        CONSUME_BUT(w.b, w.a); SET(w.a, v); \
        NEXT(0); \
    }

#define COMPARE(name, sign, op_code) \
    OP(name): { \
        Value a = R(w.b), b = R(w.c), v; \
        if (LIKELY(both_int(a, b))) { SET(w.a, bool_value((int64_t)a.bits sign (int64_t)b.bits)); NEXT(0); } \
        if (both_float(a, b)) { SET(w.a, bool_value(small_float(a) sign small_float(b))); NEXT(0); } \
        SAVE(); \
        v = op_compare(frame, w.b, w.c, op_code, a, b); \
        CHECK_VALUE(v); \
        CONSUME_BUT(w.b, w.a); CONSUME_BUT(w.c, w.a); SET(w.a, v); \
        NEXT(0); \
    } \
    OP(J##name): { \
        Value a = R(w.a), b = R(w.b); \
        if (LIKELY(both_int(a, b))) JUMP_BY(0, ((int64_t)a.bits sign (int64_t)b.bits) == w.x ? (int16_t)w.c : 0); \
        if (both_float(a, b)) JUMP_BY(0, (small_float(a) sign small_float(b)) == w.x ? (int16_t)w.c : 0); \
        SAVE(); \
        Truth truth = op_compare_truth(frame, w.a, w.b, op_code, a, b); \
        CHECK(truth >= 0); \
        CONSUME(w.a); CONSUME(w.b); \
        JUMP_BY(0, truth == w.x ? (int16_t)w.c : 0); \
    } \
    OP(J##name##_K): { \
        Value a = R(w.a), b = k[w.b]; \
        if (LIKELY(both_int(a, b))) JUMP_BY(0, ((int64_t)a.bits sign (int64_t)b.bits) == w.x ? (int16_t)w.c : 0); \
        if (both_float(a, b)) JUMP_BY(0, (small_float(a) sign small_float(b)) == w.x ? (int16_t)w.c : 0); \
        SAVE(); \
        Truth truth = op_compare_truth(frame, w.a, NO_REG, op_code, a, b); \
        CHECK(truth >= 0); \
        CONSUME(w.a); \
        JUMP_BY(0, truth == w.x ? (int16_t)w.c : 0); \
    }

/* A frame for `f` above `caller`; its parameters are in regs. Consumes `held`. */
static inline void push_function(Thread *t, Function *f, Value *regs, Value held, uint8_t action, uint16_t result_reg, uint8_t skip)
{
    Frame *n = t->frame + 1;
    Code *code = f->code;
    n->code = code;
    n->pc = code->words;
    n->regs = regs;
    n->top = regs + code->n_regs;
    n->globals = (Dict *)as_obj(f->globals);
    n->builtins = (Dict *)(uintptr_t)f->builtins.bits;
    n->locals = UNBOUND;
    n->func = f;
    n->generator = NULL;
    n->object = NULL;
    n->held = held;
    n->result_reg = result_reg;
    n->entry = action;
    n->flags = 0;
    n->skip = skip;
    t->frame = n;
    t->depth++;
}

static inline bool has_room(const Thread *t, const Value *regs, size_t n)
{
    return LIKELY(t->depth < t->limit) && LIKELY(regs + n < t->stack_end) && LIKELY(t->frame + 1 < t->frames_end);
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

static cold void release_keeping_error(Value v)
{
    ErrorState error = error_save();
    release(v);
    error_restore(error);
}

Value LOOP(Thread *t)
{
    static const void *const labels[256] = {
#define OP_LABEL(name) [OP_CODE_##name] = &&L_##name,
#define QUICK(name, base, text) [OP_CODE_##name] = &&L_##name,
#undef OP
#define OP(name, format, caches, text) OP_LABEL(name)
#include "interp/code/opcodes.def"
#undef OP
#include "interp/vm/quick.def"
#undef QUICK
#define OP(name) L_##name
    };
    Frame *frame;
    Value *r;
    const Value *k;
    Word *pc, w;
    unsigned named;
    Value callee, result, *args;
    unsigned n;

#define LOAD_FRAME() do { \
        frame = t->frame; r = frame->regs; pc = frame->pc; named = frame->code->n_named; k = as_tuple(frame->code->consts)->items; \
    } while (0)

    if (UNLIKELY(error_pending())) {
        frame = t->frame;
        goto error_saved;
    }
    LOAD_FRAME();
    DISPATCH();

#ifdef TRACED
trace_instruction:
    if (UNLIKELY(!trace_wanted(t))) {
        SAVE();
        return eval_loop_plain(t);
    }
    SAVE();
    CHECK(trace_instruction(t, frame));
    pc = frame->pc;              /* a debugger may have set f_lineno */
    w = *pc;
    goto *labels[w.op];
#endif

    /* -- moves, constants, variables */
    OP(NOP): NEXT(0);
    OP(RESUME): {
        if (UNLIKELY(events_pending())) {
            SAVE();
            CHECK(safe_point());
#ifndef TRACED
            if (trace_wanted(t)) {
                frame->pc = pc;
                return eval_loop_traced(t);
            }
#endif
        }
        NEXT(0);
    }
    OP(MOVE): {
        Value v = R(w.b);
        if (UNLIKELY(is_unbound(v))) {
            SAVE();
            frame_raise_unbound(frame, w.b);
            goto error;
        }
        if (w.b >= named)
            R(w.b) = UNBOUND;
        else
            retain(v);
        SET(w.a, v);
        NEXT(0);
    }
    OP(LOAD_K): SET(w.a, retain(k[(uint32_t)w.bc])); NEXT(0);
    OP(CHECK_BOUND):
        if (UNLIKELY(is_unbound(R(w.a)))) {
            SAVE();
            frame_raise_unbound(frame, w.a);
            goto error;
        }
        NEXT(0);
    OP(UNBIND): {
        Value v = R(w.a);
        SAVE();
        if (UNLIKELY(is_unbound(v))) {
            frame_raise_unbound(frame, w.a);
            goto error;
        }
        R(w.a) = UNBOUND;
        release(v);
        NEXT(0);
    }
    OP(CLEAR): SET(w.a, UNBOUND); NEXT(0);
    OP(MAKE_CELL): {
        SAVE();
        Value v = cell_new(R(w.a));
        CHECK_VALUE(v);
        SET(w.a, v);
        NEXT(0);
    }
    OP(LOAD_CELL): {
        Value v = as_cell(R(w.b))->value;
        if (UNLIKELY(is_unbound(v))) {
            SAVE();
            op_raise_cell(frame, w.b);
            goto error;
        }
        SET(w.a, retain(v));
        NEXT(0);
    }
    OP(STORE_CELL): {
        Value v = R(w.b);
        if (UNLIKELY(is_unbound(v))) {
            SAVE();
            frame_raise_unbound(frame, w.b);
            goto error;
        }
        v = TAKE(w.b);
        Cell *cell = as_cell(R(w.a));
        set_slot(&cell->value, v);
        NEXT(0);
    }
    OP(DELETE_CELL): {
        Cell *cell = as_cell(R(w.a));
        SAVE();
        if (UNLIKELY(is_unbound(cell->value))) {
            op_raise_cell(frame, w.a);
            goto error;
        }
        set_slot(&cell->value, UNBOUND);
        NEXT(0);
    }
    OP(LOAD_FREE): {
        Value v = as_cell(tuple_peek(frame->func->closure, w.b))->value;
        if (UNLIKELY(is_unbound(v))) {
            SAVE();
            op_raise_free(frame, w.b);
            goto error;
        }
        SET(w.a, retain(v));
        NEXT(0);
    }
    OP(STORE_FREE): {
        Value v = R(w.b);
        if (UNLIKELY(is_unbound(v))) {
            SAVE();
            frame_raise_unbound(frame, w.b);
            goto error;
        }
        v = TAKE(w.b);
        set_slot(&as_cell(tuple_peek(frame->func->closure, w.a))->value, v);
        NEXT(0);
    }
    OP(DELETE_FREE): {
        unsigned index = w.c;
        Cell *cell = as_cell(tuple_peek(frame->func->closure, index));
        SAVE();
        if (UNLIKELY(is_unbound(cell->value))) {
            op_raise_free(frame, index);
            goto error;
        }
        set_slot(&cell->value, UNBOUND);
        NEXT(0);
    }
    OP(LOAD_CELL_REF): SET(w.a, retain(R(w.b))); NEXT(0);
    OP(LOAD_FREE_REF): SET(w.a, retain(tuple_peek(frame->func->closure, w.b))); NEXT(0);
    OP(LOAD_GLOBAL_CELL): {
        GlobalCell *cell = pc[1].pointer;
        Value v = *cell->slot;
        if (LIKELY(!is_unbound(v))) {
            cell->read_cell = vm_cell;
            SET(w.a, retain(v));
            NEXT(1);
        }
        if (LIKELY(cell->behind != NULL) && LIKELY(!is_unbound(v = *cell->behind->slot))) {
            SET(w.a, retain(v));
            NEXT(1);
        }
    }   /* fall through */
    OP(LOAD_GLOBAL): {
        SAVE();
        Value v = op_load_global(frame, pc);
        CHECK_VALUE(v);
        SET(w.a, v);
        NEXT(1);
    }
    OP(STORE_GLOBAL_CELL): {
        if (UNLIKELY(is_unbound(R(w.b))))
            goto L_STORE_GLOBAL;
        SAVE();
        GlobalCell *cell = pc[1].pointer;
        cell_set_take(cell, TAKE(w.b));
        NEXT(1);
    }
    OP(STORE_GLOBAL): SAVE(); CHECK(op_store_global(frame, pc)); CONSUME(w.b); NEXT(1);
    OP(DELETE_GLOBAL): SAVE(); CHECK(op_delete_global(frame, NAME(w.c))); NEXT(0);
    OP(LOAD_NAME): {
        SAVE();
        Value v = op_load_name(frame, NAME(w.c));
        CHECK_VALUE(v);
        SET(w.a, v);
        NEXT(0);
    }
    OP(STORE_NAME): {
        SAVE();
        CHECK(op_check_bound(frame, w.b, R(w.b)));
        CHECK(op_store_name(frame, NAME(w.a), R(w.b)));
        CONSUME(w.b);
        NEXT(0);
    }
    OP(DELETE_NAME): SAVE(); CHECK(op_delete_name(frame, NAME(w.c))); NEXT(0);
    OP(LOAD_CLASSDEREF): {
        SAVE();
        Value v = op_load_classderef(frame, w);
        CHECK_VALUE(v);
        SET(w.a, v);
        NEXT(0);
    }
    OP(LOAD_LOCALS): {
        SAVE();
        Value v = frame_locals(frame);
        CHECK_VALUE(v);
        SET(w.a, v);
        NEXT(0);
    }

    /* -- operators */
    ARITH(ADD, fast_add, OP_ADD)
    ARITH(SUB, fast_sub, OP_SUB)
    ARITH(MUL, fast_mul, OP_MUL)
    ARITH(TRUEDIV, fast_truediv, OP_TRUEDIV)
    ARITH(FLOORDIV, fast_floordiv, OP_FLOORDIV)
    ARITH(MOD, fast_mod, OP_MOD)
    ARITH(POW, fast_pow, OP_POW)
    ARITH(LSHIFT, fast_lshift, OP_LSHIFT)
    ARITH(RSHIFT, fast_rshift, OP_RSHIFT)
    ARITH(AND, fast_and, OP_AND)
    ARITH(OR, fast_or, OP_OR)
    ARITH(XOR, fast_xor, OP_XOR)
    OP(MATMUL): {
        SAVE();
        Value v = op_binary(frame, w, OP_MATMUL, R(w.b), R(w.c));
        CHECK_VALUE(v);
        CONSUME_BUT(w.b, w.a); CONSUME_BUT(w.c, w.a); SET(w.a, v);
        NEXT(0);
    }
    OP(NEG): {
        Value v;
        if (LIKELY(fast_neg(R(w.b), &v))) { SET(w.a, v); NEXT(0); }
        SAVE();
        v = op_unary(frame, w, OP_NEG, R(w.b));
        CHECK_VALUE(v);
        CONSUME_BUT(w.b, w.a); SET(w.a, v);
        NEXT(0);
    }
    OP(POS): {
        SAVE();
        Value v = op_unary(frame, w, OP_POS, R(w.b));
        CHECK_VALUE(v);
        CONSUME_BUT(w.b, w.a); SET(w.a, v);
        NEXT(0);
    }
    OP(INVERT): {
        SAVE();
        Value v = op_unary(frame, w, OP_INVERT, R(w.b));
        CHECK_VALUE(v);
        CONSUME_BUT(w.b, w.a); SET(w.a, v);
        NEXT(0);
    }
    OP(NOT): {
        int truth = fast_truth(R(w.b));
        if (UNLIKELY(truth < 0)) {
            SAVE();
            truth = op_truth(frame, w.b, R(w.b));
            CHECK(truth >= 0);
            CONSUME_BUT(w.b, w.a);
        }
        SET(w.a, bool_value(!truth));
        NEXT(0);
    }
    COMPARE(LT, <, CMP_LT)
    COMPARE(LE, <=, CMP_LE)
    COMPARE(EQ, ==, CMP_EQ)
    COMPARE(NE, !=, CMP_NE)
    COMPARE(GT, >, CMP_GT)
    COMPARE(GE, >=, CMP_GE)
    OP(IS): {
        Value a = R(w.b), b = R(w.c);
        if (UNLIKELY(is_unbound(a) || is_unbound(b))) {
            SAVE();
            frame_raise_unbound(frame, is_unbound(a) ? w.b : w.c);
            goto error;
        }
        bool is = same(a, b) != w.x;
        CONSUME_BUT(w.b, w.a); CONSUME_BUT(w.c, w.a); SET(w.a, bool_value(is));
        NEXT(0);
    }
    OP(JIS): {
        Value a = R(w.a), b = R(w.b);
        if (UNLIKELY(is_unbound(a) || is_unbound(b))) {
            SAVE();
            frame_raise_unbound(frame, is_unbound(a) ? w.a : w.b);
            goto error;
        }
        bool is = same(a, b) == w.x;
        CONSUME(w.a); CONSUME(w.b);
        JUMP_BY(0, is ? (int16_t)w.c : 0);
    }
    OP(JIS_K): {
        Value a = R(w.a);
        if (UNLIKELY(is_unbound(a))) {
            SAVE();
            frame_raise_unbound(frame, w.a);
            goto error;
        }
        bool is = same(a, k[w.b]) == w.x;
        CONSUME(w.a);
        JUMP_BY(0, is ? (int16_t)w.c : 0);
    }
    OP(CONTAINS): {
        SAVE();
        Truth truth = op_contains(frame, w);
        CHECK(truth >= 0);
        CONSUME_BUT(w.b, w.a); CONSUME_BUT(w.c, w.a); SET(w.a, bool_value(truth != w.x));
        NEXT(0);
    }
    OP(JUMP): JUMP_BY(0, w.bc);
    OP(JUMP_BACK): {
        if (UNLIKELY(events_pending())) {
            SAVE();
            CHECK(safe_point());
#ifndef TRACED
            if (trace_wanted(t)) {
                frame->pc = pc + 1 + w.bc;
                return eval_loop_traced(t);
            }
#endif
        }
        JUMP_BY(0, w.bc);
    }
#define JUMP_IF(wanted, keep) do { \
        int truth = fast_truth(R(w.a)); \
        if (UNLIKELY(truth < 0)) { \
            SAVE(); \
            truth = op_truth(frame, w.a, R(w.a)); \
            CHECK(truth >= 0); \
        } \
        if (truth == (wanted)) { \
            if (!(keep)) CONSUME(w.a); \
            JUMP_BY(0, w.bc); \
        } \
        CONSUME(w.a); \
        NEXT(0); \
    } while (0)
    OP(JUMP_TRUE): JUMP_IF(1, false);
    OP(JUMP_FALSE): JUMP_IF(0, false);
    OP(JUMP_TRUE_KEEP): JUMP_IF(1, true);
    OP(JUMP_FALSE_KEEP): JUMP_IF(0, true);

    /* -- attributes. The cache is an AttrCache behind the instruction (quick.h) */
    OP(LOAD_ATTR_SLOT): {
        Value v = R(w.b);
        const AttrCache *cache = (const AttrCache *)(pc + 1);
        if (LIKELY(is_ptr(v)) && LIKELY(as_obj(v)->shape->version == cache->version)) {
            Value found = *(Value *)((char *)as_obj(v) + cache->slot);
            retain(found);
            CONSUME_BUT(w.b, w.a); SET(w.a, found);
            NEXT(3);
        }
        goto L_LOAD_ATTR;
    }
    OP(LOAD_ATTR_SLOT_MORE): {
        Value v = R(w.b);
        const AttrCache *cache = (const AttrCache *)(pc + 1);
        if (LIKELY(is_ptr(v)) && LIKELY(as_obj(v)->shape->version == cache->version)) {
            Value found = retain(*instance_slot(as_obj(v), cache->slot));
            CONSUME_BUT(w.b, w.a); SET(w.a, found);
            NEXT(3);
        }
        goto L_LOAD_ATTR;
    }
    OP(LOAD_ATTR_VALUE): {
        Value v = R(w.b);
        const AttrCache *cache = (const AttrCache *)(pc + 1);
        if (LIKELY(is_ptr(v)) && LIKELY(as_obj(v)->shape->version == cache->version)) {
            Value found = retain(cache->value);
            CONSUME_BUT(w.b, w.a); SET(w.a, found);
            NEXT(3);
        }
        goto L_LOAD_ATTR;
    }
    OP(LOAD_ATTR_MEMBER): {
        Value v = R(w.b);
        const AttrCache *cache = (const AttrCache *)(pc + 1);
        if (LIKELY(is_ptr(v)) && LIKELY(as_obj(v)->shape->version == cache->version)) {
            Value found = *(Value *)((char *)as_obj(v) + cache->slot);
            if (LIKELY(!is_unbound(found))) {
                retain(found);
                CONSUME_BUT(w.b, w.a); SET(w.a, found);
                NEXT(3);
            }
        }
        goto L_LOAD_ATTR;
    }
    OP(LOAD_ATTR_TYPE): {
        Value v = R(w.b);
        const AttrCache *cache = (const AttrCache *)(pc + 1);
        if (LIKELY(is_type(v)) && LIKELY(as_type(v)->shape.version == cache->version)) {
            Value found = retain(cache->value);
            CONSUME_BUT(w.b, w.a); SET(w.a, found);
            NEXT(3);
        }
        goto L_LOAD_ATTR;
    }
    OP(LOAD_ATTR_MODULE): {
        Value v = R(w.b);
        const AttrCache *cache = (const AttrCache *)(pc + 1);
        if (LIKELY(same(v, cache->owner))) {
            Value found = *((GlobalCell *)(uintptr_t)cache->value.bits)->slot;
            if (LIKELY(!is_unbound(found))) {
                retain(found);
                CONSUME_BUT(w.b, w.a); SET(w.a, found);
                NEXT(3);
            }
        }
        goto L_LOAD_ATTR;
    }
    OP(LOAD_ATTR_GETTER): {
        Value v = R(w.b);
        const AttrCache *cache = (const AttrCache *)(pc + 1);
        if (LIKELY(is_ptr(v)) && LIKELY(as_obj(v)->shape->version == cache->version)) {
            Function *f = as_function(cache->value);
            if (!function_check(cache->value) || !bind_is_exact(f->code, 1) || !has_room(t, frame->top, f->code->n_regs))
                goto L_LOAD_ATTR;
            SAVE();
            Value *regs = frame->top;
            regs[0] = w.b >= named && w.b != w.a ? TAKE(w.b) : retain(v);
            for (unsigned i = 1; i < f->code->n_regs; i++)
                regs[i] = UNBOUND;
            push_function(t, f, regs, retain(cache->value), RETURN_REGISTER, w.a, 4);
            goto enter_frame;
        }
        goto L_LOAD_ATTR;
    }
    OP(LOAD_ATTR_NATIVE): {
        Value v = R(w.b);
        const AttrCache *cache = (const AttrCache *)(pc + 1);
        if (LIKELY(is_ptr(v)) && LIKELY(as_obj(v)->shape->version == cache->version)) {
            SAVE();
            Value found = ((const GetSet *)(uintptr_t)cache->value.bits)->get(v);
            CHECK_VALUE(found);
            CONSUME_BUT(w.b, w.a); SET(w.a, found);
            NEXT(3);
        }
    }   /* fall through */
    OP(LOAD_ATTR): {
        SAVE();
        Value v = op_load_attr(frame, pc, R(w.b));
        CHECK_VALUE(v);
        CONSUME_BUT(w.b, w.a); SET(w.a, v);
        NEXT(3);
    }
    OP(LOAD_METHOD_CLASS): {
        Value v = R(w.b);
        const AttrCache *cache = (const AttrCache *)(pc + 1);
        if (LIKELY(is_ptr(v)) && LIKELY(as_obj(v)->shape->version == cache->version)) {
            v = TAKE(w.b);
            retain(cache->value);
            SET(w.a, cache->value); SET(w.a + 1, v);
            NEXT(3);
        }
        goto L_LOAD_METHOD;
    }
    OP(LOAD_METHOD_SLOT): {
        Value v = R(w.b);
        const AttrCache *cache = (const AttrCache *)(pc + 1);
        if (LIKELY(is_ptr(v)) && LIKELY(as_obj(v)->shape->version == cache->version)) {
            Value found = retain(*instance_slot(as_obj(v), cache->slot));
            CONSUME_BUT(w.b, w.a); SET(w.a, found); SET(w.a + 1, UNBOUND);
            NEXT(3);
        }
        goto L_LOAD_METHOD;
    }
    OP(LOAD_METHOD_TYPE): {
        Value v = R(w.b);
        const AttrCache *cache = (const AttrCache *)(pc + 1);
        if (LIKELY(is_type(v)) && LIKELY(as_type(v)->shape.version == cache->version)) {
            Value found = retain(cache->value);
            CONSUME_BUT(w.b, w.a); SET(w.a, found); SET(w.a + 1, UNBOUND);
            NEXT(3);
        }
        goto L_LOAD_METHOD;
    }
    OP(LOAD_METHOD_MODULE): {
        Value v = R(w.b);
        const AttrCache *cache = (const AttrCache *)(pc + 1);
        if (LIKELY(same(v, cache->owner))) {
            Value found = *((GlobalCell *)(uintptr_t)cache->value.bits)->slot;
            if (LIKELY(!is_unbound(found))) {
                retain(found);
                CONSUME_BUT(w.b, w.a); SET(w.a, found); SET(w.a + 1, UNBOUND);
                NEXT(3);
            }
        }
    }   /* fall through */
    OP(LOAD_METHOD): SAVE(); CHECK(op_load_method(frame, pc, R(w.b))); NEXT(3);
    OP(STORE_ATTR_SLOT): {
        Value v = R(w.a);
        const AttrCache *cache = (const AttrCache *)(pc + 1);
        if (LIKELY(is_ptr(v)) && LIKELY(as_obj(v)->shape->version == cache->version) && LIKELY(!is_unbound(R(w.b)))) {
            Value stored = TAKE(w.b);
            track_for(as_obj(v), stored);
            set_slot((Value *)((char *)as_obj(v) + cache->slot), stored);
            CONSUME(w.a);
            NEXT(3);
        }
        goto L_STORE_ATTR;
    }
    OP(STORE_ATTR_ADD): {
        Value v = R(w.a);
        const AttrCache *cache = (const AttrCache *)(pc + 1);
        if (LIKELY(is_ptr(v)) && LIKELY(as_obj(v)->shape->version == cache->version) && LIKELY(!is_unbound(R(w.b)))) {
            Value stored = TAKE(w.b);
            track_for(as_obj(v), stored);
            *(Value *)((char *)as_obj(v) + cache->slot) = stored;
            as_obj(v)->shape = (Shape *)(uintptr_t)cache->value.bits;
            CONSUME(w.a);
            NEXT(3);
        }
        goto L_STORE_ATTR;
    }
    OP(STORE_ATTR_MEMBER): {
        Value v = R(w.a);
        const AttrCache *cache = (const AttrCache *)(pc + 1);
        if (LIKELY(is_ptr(v)) && LIKELY(as_obj(v)->shape->version == cache->version) && LIKELY(!is_unbound(R(w.b)))) {
            Value stored = TAKE(w.b);
            track_for(as_obj(v), stored);
            set_slot((Value *)((char *)as_obj(v) + cache->slot), stored);
            CONSUME(w.a);
            NEXT(3);
        }
    }   /* fall through */
    OP(STORE_ATTR): SAVE(); CHECK(op_store_attr(frame, pc)); CONSUME(w.b); CONSUME(w.a); NEXT(3);
    OP(DELETE_ATTR): SAVE(); CHECK(op_delete_attr(frame, pc)); CONSUME(w.a); NEXT(0);
    OP(LOAD_SUPER_ATTR): SAVE(); CHECK(op_load_super(frame, pc)); NEXT(0);

    /* -- items */
    OP(GETITEM): {
        Value container = R(w.b), key = R(w.c);
        if (is_int(key) && is_ptr(container)) {
            uint64_t index = (uint64_t)small_int(key);
            if (as_obj(container)->shape == &list_type.shape) {
                index += (int64_t)index < 0 ? list_len(container) : 0;
                if (LIKELY(index < list_len(container))) {
                    Value v = retain(list_peek(container, index));
                    CONSUME_BUT(w.b, w.a); SET(w.a, v);
                    NEXT(1);
                }
            } else if (as_obj(container)->shape == &tuple_type.shape) {
                index += (int64_t)index < 0 ? tuple_len(container) : 0;
                if (LIKELY(index < tuple_len(container))) {
                    Value v = retain(tuple_peek(container, index));
                    CONSUME_BUT(w.b, w.a); SET(w.a, v);
                    NEXT(1);
                }
            }
        }
        SAVE();
        Value v = op_getitem(frame, w, container, key, false);
        CHECK_VALUE(v);
        CONSUME_BUT(w.b, w.a); CONSUME_BUT(w.c, w.a); SET(w.a, v);
        NEXT(1);
    }
    OP(GETITEM_K): {
        Value container = R(w.b), key = k[w.c];
        if (is_int(key) && is_ptr(container)) {
            uint64_t index = (uint64_t)small_int(key);
            if (as_obj(container)->shape == &tuple_type.shape) {
                index += (int64_t)index < 0 ? tuple_len(container) : 0;
                if (LIKELY(index < tuple_len(container))) {
                    Value v = retain(tuple_peek(container, index));
                    CONSUME_BUT(w.b, w.a); SET(w.a, v);
                    NEXT(1);
                }
            } else if (as_obj(container)->shape == &list_type.shape) {
                index += (int64_t)index < 0 ? list_len(container) : 0;
                if (LIKELY(index < list_len(container))) {
                    Value v = retain(list_peek(container, index));
                    CONSUME_BUT(w.b, w.a); SET(w.a, v);
                    NEXT(1);
                }
            }
        }
        SAVE();
        Value v = op_getitem(frame, w, container, key, true);
        CHECK_VALUE(v);
        CONSUME_BUT(w.b, w.a); SET(w.a, v);
        NEXT(1);
    }
    OP(SETITEM): {
        Value container = R(w.a), key = R(w.b);
        if (is_int(key) && is_ptr(container) && as_obj(container)->shape == &list_type.shape && LIKELY(!is_unbound(R(w.c)))) {
            uint64_t index = (uint64_t)small_int(key);
            index += (int64_t)index < 0 ? list_len(container) : 0;
            if (LIKELY(index < list_len(container))) {
                Value stored = TAKE(w.c);
                track_for(as_obj(container), stored);
                set_slot(&as_list(container)->items[index], stored);
                CONSUME(w.a);
                NEXT(0);
            }
        }
        SAVE();
        CHECK(op_setitem(frame, w));
        CONSUME(w.c); CONSUME(w.b); CONSUME(w.a);
        NEXT(0);
    }
    OP(DELITEM): SAVE(); CHECK(op_delitem(frame, w)); CONSUME(w.b); CONSUME(w.a); NEXT(0);
    OP(BUILD_SLICE): {
        SAVE();
        Value v = op_build(frame, w, OP_CODE_BUILD_SLICE);
        CHECK_VALUE(v);
        SET(w.a, v);
        NEXT(0);
    }
    OP(GETSLICE): {
        SAVE();
        Value v = op_getslice(frame, w);
        CHECK_VALUE(v);
        CONSUME_BUT(w.c, w.a); CONSUME_BUT(w.c + 1u, w.a); CONSUME_BUT(w.b, w.a); SET(w.a, v);
        NEXT(0);
    }

    /* -- iteration */
    OP(GET_ITER): SAVE(); CHECK(op_get_iter(frame, w)); NEXT(0);
    OP(FOR_ITER_RANGE): {
        Value at = R(w.a), stop = R(w.a + 1);
        if (LIKELY(both_int(at, stop))) {
            if (LIKELY((int64_t)at.bits < (int64_t)stop.bits)) {
                R(w.a).bits = at.bits + 4;
                SET(w.b, at);
                NEXT(1);
            }
            goto loop_end;
        }
        goto L_FOR_ITER;
    }
    OP(FOR_ITER_LIST): {
        Value list = R(w.a), index = R(w.a + 1);
        if (LIKELY(is_int(index)) && LIKELY(is_exact(list, &list_type))) {
            if (LIKELY((uint64_t)small_int(index) < list_len(list))) {
                Value v = retain(list_peek(list, (uint64_t)small_int(index)));
                R(w.a + 1).bits = index.bits + 4;
                SET(w.b, v);
                NEXT(1);
            }
            goto loop_end;
        }
    }   /* fall through */
    OP(FOR_ITER): {
        Value iterator = R(w.a), state = R(w.a + 1);
        if (is_int(state)) {
            if (is_int(iterator)) {
                pc->op = OP_CODE_FOR_ITER_RANGE;
                goto L_FOR_ITER_RANGE;
            }
            if (list_exact(iterator)) {
                pc->op = OP_CODE_FOR_ITER_LIST;
                goto L_FOR_ITER_LIST;
            }
            if (LIKELY((uint64_t)small_int(state) < tuple_len(iterator))) {
                Value v = retain(tuple_peek(iterator, (uint64_t)small_int(state)));
                R(w.a + 1).bits = state.bits + 4;
                SET(w.b, v);
                NEXT(1);
            }
            goto loop_end;
        }
        SAVE();
        if (generator_exact(iterator)) {
            if (UNLIKELY(as_generator(iterator)->state == GEN_FINISHED))
                goto loop_end;
            CHECK(generator_push(t, as_generator(iterator), RETURN_FOR_ITER, w.b, 2));
            result = NONE;
            goto resume_generator;
        }
        Value v = op_for_iter(frame, &R(w.a));
        if (LIKELY(is_ptr(v) || !(is_error(v) || is_stop(v)))) {
            SET(w.b, v);
            NEXT(1);
        }
        CHECK_VALUE(v);
    }
    loop_end: {
        Value iterator = R(w.a), state = R(w.a + 1);
        R(w.a) = R(w.a + 1) = UNBOUND;
        release(state);
        release(iterator);
        int32_t offset = (int32_t)pc[1].bits;
        JUMP_BY(1, offset);
    }
    OP(ITER_OBJECT): {
        SAVE();
        CHECK(op_check_bound(frame, w.b, R(w.b)));
        Value v = obj_iter(R(w.b));
        CHECK_VALUE(v);
        CONSUME_BUT(w.b, w.a); SET(w.a, v);
        NEXT(0);
    }
    OP(UNPACK): {
        Value v = R(w.b);
        const Value *items = NULL;
        if (is_ptr(v) && as_obj(v)->shape == &tuple_type.shape && tuple_len(v) == w.c)
            items = as_tuple(v)->items;
        else if (is_ptr(v) && as_obj(v)->shape == &list_type.shape && list_len(v) == w.c && w.c <= 8)
            items = as_list(v)->items;
        if (LIKELY(items != NULL)) {
            v = TAKE(w.b);
            Value copy[8];       /* a destination's death may run code that changes a list */
            if (w.c <= 8) {
                for (unsigned i = 0; i < w.c; i++)
                    copy[i] = retain(items[i]);
                for (unsigned i = 0; i < w.c; i++)
                    SET(w.a + i, copy[i]);
            } else {
                for (unsigned i = 0; i < w.c; i++)
                    SET(w.a + i, retain(items[i]));
            }
            release(v);
            NEXT(0);
        }
        SAVE();
        CHECK(op_unpack(frame, w));
        NEXT(0);
    }
    OP(UNPACK_EX): SAVE(); CHECK(op_unpack_ex(frame, w, (unsigned)pc[1].bits)); NEXT(1);

    /* -- calls */
    OP(CALL_NATIVE): {
        callee = R(w.a);
        const CallCache *cache = (const CallCache *)(pc + 1);
        if (LIKELY(is_exact(callee, &native_type)) && LIKELY(((Native *)as_obj(callee))->row == cache->target)) {
            SAVE();
            result = ((const Method *)cache->target)->fn(&R(w.a + 1), w.b);
            goto native_result;
        }
        goto L_CALL;
    }
    OP(CALL_METHOD_MODULE): {
        callee = R(w.a);
        const CallCache *cache = (const CallCache *)(pc + 1);
        if (LIKELY(is_exact(callee, &native_type)) && LIKELY(((Native *)as_obj(callee))->row == cache->target) && is_unbound(R(w.a + 1))) {
            SAVE();
            result = ((const Method *)cache->target)->fn(&R(w.a + 2), w.b);
            if (UNLIKELY(is_error(result)))
                goto error;
            for (unsigned i = 0; i < w.b; i++)
                CONSUME(w.a + 2 + i);
            CONSUME(w.a); SET(w.c, result);
            NEXT(2);
        }
        goto L_CALL_METHOD;
    }
    OP(CALL_METHOD_NATIVE): {
        callee = R(w.a);
        const CallCache *cache = (const CallCache *)(pc + 1);
        if (LIKELY(is_exact(callee, &method_descriptor_type)) && LIKELY(((Native *)as_obj(callee))->row == cache->target) && LIKELY(!is_unbound(R(w.a + 1)))) {
            SAVE();
            result = ((const Method *)cache->target)->fn(&R(w.a + 1), w.b + 1u);
            if (UNLIKELY(is_error(result)))
                goto error;
            CONSUME(w.a + 1);
            for (unsigned i = 0; i < w.b; i++)
                CONSUME(w.a + 2 + i);
            CONSUME(w.a); SET(w.c, result);
            NEXT(2);
        }
        goto L_CALL_METHOD;
    }
    native_result:
        if (UNLIKELY(is_error(result)))
            goto error;
        for (unsigned i = 0; i < w.b; i++)
            CONSUME(w.a + 1 + i);
        CONSUME(w.a); SET(w.c, result);
        NEXT(2);
    OP(CALL_CLASS): {
        callee = R(w.a);
        const CallCache *cache = (const CallCache *)(pc + 1);
        if (LIKELY(callee.bits == (uint64_t)(uintptr_t)cache->target) && LIKELY(as_type(callee)->shape.version == cache->version)) {
            Function *init = (Function *)type_init_peek(callee);
            if (UNLIKELY(!init || !bind_is_exact(init->code, w.b + 1u) || !has_room(t, &R(w.a + 1), init->code->n_regs + 1u)))
                goto L_CALL;
            SAVE();
            Value instance = instance_new(as_type(callee));
            CHECK_VALUE(instance);
            args = &R(w.a + 1);
            if (UNLIKELY(frame->generator != NULL))
                args = move_arguments(frame->top + 1, args, w.b) - 1;
            else
                for (unsigned i = w.b; i > 0; i--)
                    args[i] = args[i - 1];
            args[0] = retain(instance);
            for (unsigned i = w.b + 1u; i < init->code->n_regs; i++)
                args[i] = UNBOUND;
            R(w.a) = instance;
            push_function(t, init, args, retain(obj_value(init)), RETURN_INIT, w.c, 3);
            release(callee);
            goto enter_frame;
        }
    }   /* fall through */
    OP(CALL): {
        callee = R(w.a);
        args = &R(w.a + 1);
        n = w.b;
        goto do_call;
    }
    OP(CALL_METHOD): {
        callee = R(w.a);
        args = is_unbound(R(w.a + 1)) ? &R(w.a + 2) : &R(w.a + 1);
        n = is_unbound(R(w.a + 1)) ? w.b : w.b + 1u;
    }
    do_call:
        SAVE();
        if (LIKELY(function_check(callee))) {
    call_function:;
            Function *f = as_function(callee);
            Value *regs = frame->generator ? frame->top : args;
            if (UNLIKELY(!has_room(t, regs, f->code->n_regs + n)))
                goto too_deep;
            if (UNLIKELY(frame->generator != NULL))
                move_arguments(regs, args, n);
            if (LIKELY(bind_is_exact(f->code, n))) {
                for (unsigned i = n; i < f->code->n_regs; i++)
                    regs[i] = UNBOUND;
            } else {
                CHECK(bind_registers_take(f, regs, n, NONE));
            }
            R(w.a) = UNBOUND;
            push_function(t, f, regs, callee, RETURN_REGISTER, w.c, 3);
            goto enter_frame;
        }
        if (method_check(callee) && function_check(as_method(callee)->function)) {
            BoundMethod *method = as_method(callee);     /* self takes the free slot before the arguments */
            Function *f = as_function(method->function);
            Value *regs = frame->generator ? frame->top : args - 1;
            if (UNLIKELY(!has_room(t, regs, f->code->n_regs + n + 1u)))
                goto too_deep;
            R(w.a) = UNBOUND;
            if (UNLIKELY(frame->generator != NULL))
                move_arguments(regs + 1, args, n);
            regs[0] = retain(method->self);
            if (UNLIKELY(!bind_registers_take(f, regs, n + 1, NONE))) {
                release_keeping_error(callee);
                goto error;
            }
            push_function(t, f, regs, callee, RETURN_REGISTER, w.c, 3);
            goto enter_frame;
        }
        if (pc->op == OP_CODE_CALL || pc->op == OP_CODE_CALL_METHOD)
            op_specialise_call(frame, pc, callee, n, args == &R(w.a + 1) && pc->op == OP_CODE_CALL_METHOD);
        result = op_call(frame, callee, args, n, NONE);
    finish_call:
        if (UNLIKELY(is_error(result)))
            goto error;
        for (unsigned i = 0; i < n; i++) {
            Value v = args[i];
            args[i] = UNBOUND;
            release(v);
        }
        R(w.a) = UNBOUND;
        release(callee);
        SET(w.c, result);
        NEXT(2);
    too_deep:
        error_set(RecursionError, "maximum recursion depth exceeded");
        goto error;
    OP(CALL_KW_PERMUTED): {
        callee = R(w.a);
        const CallCache *cache = (const CallCache *)(pc + 1);
        if (LIKELY(function_check(callee)) && LIKELY(as_function(callee)->version == cache->version) && !frame->generator
            && (w.x == 0 || !is_unbound(R(w.a + 1)))) {
            Function *f = as_function(callee);
            args = &R(w.a + 1);
            n = w.b + w.x;
            if (UNLIKELY(!has_room(t, args, f->code->n_regs + n)))
                goto L_CALL_KW;
            SAVE();
            unsigned n_kw = (unsigned)tuple_len(k[cache->names]);
            CHECK(bind_permuted_take(f, args, n - n_kw, n_kw, (uint64_t)(uintptr_t)cache->target));
            R(w.a) = UNBOUND;
            push_function(t, f, args, callee, RETURN_REGISTER, w.c, 3);
            goto enter_frame;
        }
    }   /* fall through */
    OP(CALL_KW): {
        CallCache *cache = (CallCache *)(pc + 1);
        SAVE();
        callee = R(w.a);
        bool paired = w.x && !is_unbound(R(w.a + 1));
        args = w.x && !paired ? &R(w.a + 2) : &R(w.a + 1);
        n = w.b + paired;
        Value names = k[cache->names];
        unsigned n_kw = (unsigned)tuple_len(names);
        Function *f = function_check(callee) ? as_function(callee) : method_check(callee) && function_check(as_method(callee)->function) ? as_function(as_method(callee)->function) : NULL;
        if (LIKELY(f != NULL)) {
            bool bound = !function_check(callee);
            Value *regs = frame->generator ? frame->top : args - bound;
            if (UNLIKELY(!has_room(t, regs, f->code->n_regs + n + 1u)))
                goto too_deep;
            uint64_t permutation;
            if (!bound && (!w.x || paired) && f->version <= UINT32_MAX && bind_permutation(f, n - n_kw, names, &permutation)) {
                cache->version = (uint32_t)f->version;
                cache->target = (const void *)(uintptr_t)permutation;
                pc->op = OP_CODE_CALL_KW_PERMUTED;
            }
            if (bound)
                R(w.a) = UNBOUND;
            if (UNLIKELY(frame->generator != NULL))
                move_arguments(regs + bound, args, n);
            if (bound)
                regs[0] = retain(as_method(callee)->self);
            if (UNLIKELY(!bind_registers_take(f, regs, n + bound - n_kw, names))) {
                if (bound)
                    release_keeping_error(callee);
                goto error;
            }
            R(w.a) = UNBOUND;
            push_function(t, f, regs, callee, RETURN_REGISTER, w.c, 3);
            goto enter_frame;
        }
        result = op_call(frame, callee, args, n - n_kw, names);
        goto finish_call;
    }
    OP(CALL_EX): {
        SAVE();
        callee = R(w.a);
        Value positional = R(w.a + 1), keywords = R(w.a + 2);
        if (function_check(callee)) {
            Function *f = as_function(callee);
            Value *regs = frame->generator ? frame->top : &R(w.a + 1);
            if (UNLIKELY(!has_room(t, regs, f->code->n_regs + 2u)))
                goto too_deep;
            R(w.a + 1) = R(w.a + 2) = UNBOUND;
            bool ok = op_bind_spread(f, regs, positional, keywords);
            if (UNLIKELY(!ok)) {
                R(w.a + 1) = positional;
                R(w.a + 2) = keywords;
                goto error;
            }
            R(w.a) = UNBOUND;
            push_function(t, f, regs, callee, RETURN_REGISTER, w.c, 1);
            release(positional);
            release(keywords);
            goto enter_frame;
        }
        result = call_ex(callee, positional, keywords);
        CHECK_VALUE(result);
        R(w.a) = R(w.a + 1) = R(w.a + 2) = UNBOUND;
        release(positional);
        release(keywords);
        release(callee);
        SET(w.c, result);
        NEXT(0);
    }
    enter_frame:
        frame = t->frame;
        r = frame->regs;
        pc = frame->code->words;
        named = frame->code->n_named;
        k = as_tuple(frame->code->consts)->items;
#ifdef TRACED
        SAVE();
        CHECK(trace_call(t, frame));
#endif
        DISPATCH();

    OP(RETURN): {
        SAVE();
        result = R(w.a);
        if (UNLIKELY(is_unbound(result))) {
            frame_raise_unbound(frame, w.a);
            goto error;
        }
        if (w.a >= named || LIKELY(!frame->object && !frame->flags))
            R(w.a) = UNBOUND;
        else
            retain(result);
        goto do_return;
    }
    OP(RETURN_K):
        SAVE();
        result = retain(k[(uint32_t)w.bc]);
    do_return:
        TRACE_RETURN(result);
        if (UNLIKELY(frame->generator != NULL))
            goto return_generator;
    leave_frame: {
        if (UNLIKELY(frame->flags & FRAME_LINKED))
            frame_unlink(frame);
        if (UNLIKELY(frame->object != NULL || !is_unbound(frame->locals))) {
            frame_release(frame);
        } else {
            for (Value *at = r, *end = r + frame->code->n_regs; at < end; at++) {
                Value v = *at;
                if (is_ptr(v)) {
                    *at = UNBOUND;
                    release(v);
                }
            }
            Value held = frame->held;
            frame->held = UNBOUND;
            release(held);
        }
        uint8_t action = frame->entry, skip = frame->skip;
        uint16_t destination = frame->result_reg;
        t->frame = frame - 1;
        t->depth--;
        if (action == RETURN_REGISTER) {
            LOAD_FRAME();
            SET(destination, result);
            pc += skip;
            DISPATCH();
        }
        if (action == RETURN_NATIVE)
            return result;
        assert(action == RETURN_INIT);
        LOAD_FRAME();
        w = *pc;
        if (UNLIKELY(!is_none(result))) {
            error_set(TypeError, "__init__() should return None, not '%T'", result);
            release_keeping_error(result);
            goto error;
        }
        result = R(w.a);
        R(w.a) = UNBOUND;
        SET(destination, result);
        pc += skip;
        DISPATCH();
    }
    return_generator: {
        Generator *g = frame->generator;
        uint8_t action = frame->entry, skip = frame->skip;
        if (action == RETURN_NATIVE)
            stop_value_set_take(result);
        generator_finish(t, g);
        if (action == RETURN_NATIVE)
            return STOP;
        LOAD_FRAME();
        w = *pc;
        if (action == RETURN_FOR_ITER) {
            release(result);
            goto loop_end;
        }
        assert(action == RETURN_SEND);
        Value delegate = R(w.a);
        R(w.a) = UNBOUND;
        SET(w.b, result);
        release(delegate);
        int32_t offset = (int32_t)pc[1].bits;
        pc += skip + offset;
        DISPATCH();
    }
    /* The top frame is a generator's, just pushed; `result` (owned) is sent into it. */
    resume_generator:
        LOAD_FRAME();
#ifdef TRACED
        if (UNLIKELY(!trace_call(t, frame))) {
            release(result);
            goto error;
        }
#endif
        w = *pc;
        if (w.op == OP_CODE_YIELD)
            SET(w.a, result);
        else
            release(result);
        NEXT(0);
    OP(GENERATOR): {
        SAVE();
        Generator *g = generator_from_frame(frame);
        CHECK(g != NULL);
        result = obj_value(g);
        if (UNLIKELY(t->coroutine_origin_depth > 0))
            generator_set_origin(t, g);
        goto leave_frame;
    }
    OP(YIELD): {
        SAVE();
        if (UNLIKELY(is_unbound(R(w.a)))) {
            frame_raise_unbound(frame, w.a);
            goto error;
        }
        Generator *g = frame->generator;
        result = TAKE(w.a);
        TRACE_RETURN(result);
        g->async_yield = w.x;
        uint8_t action = frame->entry, skip = frame->skip;
        uint16_t destination = frame->result_reg;
        generator_suspend(t, g);
        if (action == RETURN_NATIVE)
            return result;
        LOAD_FRAME();
        SET(destination, result);
        pc += skip;
        DISPATCH();
    }
    OP(SEND): {
        SAVE();
        Value delegate = R(w.a);
        if (LIKELY(is_ptr(delegate)) && (generator_exact(delegate) || is_exact(delegate, &coroutine_type)) && as_generator(delegate)->state != GEN_FINISHED
            && (as_generator(delegate)->state != GEN_CREATED || is_none(R(w.b)))) {
            CHECK(generator_push(t, as_generator(delegate), RETURN_SEND, w.b, 2));
            result = r[w.b];
            r[w.b] = UNBOUND;
            goto resume_generator;
        }
        Value v = op_send(frame, delegate, R(w.b));
        CHECK_VALUE(v);
        if (is_stop(v)) {
            R(w.a) = UNBOUND;
            SET(w.b, stop_value_take());
            release(delegate);
            int32_t offset = (int32_t)pc[1].bits;
            JUMP_BY(1, offset);
        }
        SET(w.b, v);
        NEXT(1);
    }
    OP(GET_AWAITABLE): {
        SAVE();
        Value v = op_get_awaitable(frame, w);
        CHECK_VALUE(v);
        CONSUME_BUT(w.b, w.a); SET(w.a, v);
        NEXT(0);
    }
    OP(GET_YIELD_FROM): {
        SAVE();
        Value v = op_get_yield_from(frame, w);
        CHECK_VALUE(v);
        CONSUME_BUT(w.b, w.a); SET(w.a, v);
        NEXT(0);
    }
    OP(GET_AITER): {
        SAVE();
        Value v = op_get_aiter(frame, w);
        CHECK_VALUE(v);
        CONSUME_BUT(w.b, w.a); SET(w.a, v);
        NEXT(0);
    }
    OP(GET_ANEXT): {
        SAVE();
        Value v = op_get_anext(frame, w);
        CHECK_VALUE(v);
        SET(w.a, v);
        NEXT(0);
    }
    OP(END_ASYNC_FOR): {
        SAVE();
        Truth stop = exception_matches(R(w.b), exception_class_peek(StopAsyncIteration));
        CHECK(stop >= 0);
        if (!stop)
            goto reraise_b;
        set_slot(&t->exc->handled, R(w.b + 1));
        R(w.b + 1) = UNBOUND;
        SET(w.b, UNBOUND);
        SET(w.a, UNBOUND);
        NEXT(0);
    }
    OP(MAKE_FUNCTION): {
        SAVE();
        Value v = op_make_function(frame, w);
        CHECK_VALUE(v);
        SET(w.a, v);
        NEXT(0);
    }
    OP(LOAD_BUILD_CLASS): {
        SAVE();
        Value v = op_build_class(frame);
        CHECK_VALUE(v);
        SET(w.a, v);
        NEXT(0);
    }

    /* -- building values */
#define BUILD(name) \
    OP(name): { \
        SAVE(); \
        Value v = op_build(frame, w, OP_CODE_##name); \
        CHECK_VALUE(v); \
        SET(w.a, v); \
        NEXT(0); \
    }
    BUILD(BUILD_TUPLE)
    BUILD(BUILD_LIST)
    BUILD(BUILD_SET)
    BUILD(BUILD_MAP)
    BUILD(BUILD_STRING)
    OP(FORMAT): {
        SAVE();
        Value v = op_format(frame, w);
        CHECK_VALUE(v);
        if (w.c != NO_REG)
            CONSUME_BUT(w.c, w.a);
        CONSUME_BUT(w.b, w.a); SET(w.a, v);
        NEXT(0);
    }
    OP(LIST_APPEND): {
        SAVE();
        CHECK(op_check_bound(frame, w.b, R(w.b)));
        Value list = R(w.a);
        if (w.b >= named) {
            Value v = R(w.b);
            R(w.b) = UNBOUND;
            CHECK(list_append_take(list, v));
        } else {
            CHECK(list_append(list, R(w.b)));
        }
        NEXT(0);
    }
    OP(SET_ADD): {
        SAVE();
        CHECK(op_check_bound(frame, w.b, R(w.b)) && set_add(as_set(R(w.a)), R(w.b)));
        CONSUME(w.b);
        NEXT(0);
    }
    OP(MAP_ADD): {
        SAVE();
        CHECK(op_check_bound(frame, w.b, R(w.b)) && op_check_bound(frame, w.c, R(w.c)) && dict_set(as_dict(R(w.a)), R(w.b), R(w.c)));
        CONSUME(w.c); CONSUME(w.b);
        NEXT(0);
    }
    OP(LIST_EXTEND): SAVE(); CHECK(op_list_extend(frame, w)); CONSUME(w.b); NEXT(0);
    OP(LIST_TO_TUPLE): {
        SAVE();
        Value v = list_to_tuple(R(w.a));
        CHECK_VALUE(v);
        SET(w.a, v);
        NEXT(0);
    }
    OP(SET_UPDATE): SAVE(); CHECK(op_check_bound(frame, w.b, R(w.b)) && set_update(as_set(R(w.a)), R(w.b))); CONSUME(w.b); NEXT(0);
    OP(DICT_UPDATE): SAVE(); CHECK(op_dict_merge(frame, w, false)); CONSUME(w.b); NEXT(0);
    OP(DICT_MERGE): SAVE(); CHECK(op_dict_merge(frame, w, true)); CONSUME(w.b); NEXT(0);

    /* -- exceptions */
    OP(RAISE): SAVE(); op_raise(frame, w); goto error;
    OP(RERAISE): {
        w.b = w.a;
        goto reraise_b;
    }
    reraise_b: {
        SAVE();
        Value e = R(w.b), before = R(w.b + 1);
        R(w.b) = R(w.b + 1) = UNBOUND;
        if (!is_unbound(before))
            set_slot(&t->exc->handled, before);
        exception_raise_take(e);
        pending_error.traced = true;
        goto error;
    }
    OP(POP_EXC): {
        Value e = R(w.a), before = R(w.a + 1);
        R(w.a) = R(w.a + 1) = UNBOUND;
        SAVE();
        set_slot(&t->exc->handled, before);
        release(e);
        NEXT(0);
    }
    OP(MATCH_EXC): {
        SAVE();
        Value v = op_match_exc(frame, w);
        CHECK_VALUE(v);
        CONSUME_BUT(w.c, w.a); SET(w.a, v);
        NEXT(0);
    }
    OP(MATCH_EXC_STAR): {
        SAVE();
        Value v = op_match_exc_star(frame, w);
        CHECK_VALUE(v);
        CONSUME_BUT(w.c, w.a); SET(w.a, v);
        NEXT(0);
    }
    OP(PREP_RERAISE_STAR): {
        SAVE();
        Value v = op_prep_reraise_star(frame, w);
        CHECK_VALUE(v);
        CONSUME_BUT(w.b, w.a); CONSUME_BUT(w.c, w.a); SET(w.a, v);
        NEXT(0);
    }
    OP(SET_HANDLED): SAVE(); set_slot(&t->exc->handled, retain(R(w.a))); NEXT(0);
    OP(WITH_ENTER): SAVE(); CHECK(op_with_enter(frame, w)); NEXT(0);
    OP(WITH_EXIT): {
        SAVE();
        Value v = op_with_exit(frame, w);
        CHECK_VALUE(v);
        if (w.b == NO_REG)
            CONSUME_BUT(w.a, w.c);
        SET(w.c, v);
        NEXT(0);
    }
    OP(ASSERT_ERROR): SET(w.a, exception_class_peek(AssertionError)); NEXT(0);

    /* -- match statements */
    OP(MATCH_SEQUENCE): SET(w.a, bool_value((type_of(R(w.b))->flags & TYPE_SEQUENCE) != 0)); NEXT(0);
    OP(MATCH_MAPPING): SET(w.a, bool_value((type_of(R(w.b))->flags & TYPE_MAPPING) != 0)); NEXT(0);
    OP(MATCH_LEN): {
        SAVE();
        int64_t len = obj_len(R(w.b));
        CHECK(len >= 0);
        SET(w.a, int_value(len));
        NEXT(0);
    }
    OP(MATCH_KEYS): {
        SAVE();
        Value v = op_match_keys(frame, w);
        CHECK_VALUE(v);
        SET(w.a, v);
        NEXT(0);
    }
    OP(MATCH_REST): {
        SAVE();
        Value v = op_match_rest(frame, w);
        CHECK_VALUE(v);
        CONSUME_BUT(w.c, w.a); SET(w.a, v);
        NEXT(0);
    }
    OP(MATCH_CLASS): {
        SAVE();
        Value v = op_match_class(frame, w, (uint32_t)pc[1].bits, k[pc[1].bits >> 32]);
        CHECK_VALUE(v);
        CONSUME_BUT(w.c, w.a); SET(w.a, v);
        NEXT(1);
    }

    /* -- the rest */
    OP(IMPORT_NAME): {
        SAVE();
        Value v = op_import_name(frame, w);
        CHECK_VALUE(v);
        SET(w.a + 1, UNBOUND); SET(w.a, v);
        NEXT(0);
    }
    OP(IMPORT_FROM): {
        SAVE();
        Value v = op_import_from(frame, w);
        CHECK_VALUE(v);
        SET(w.a, v);
        NEXT(0);
    }
    OP(IMPORT_STAR): SAVE(); CHECK(op_import_star(frame, w)); CONSUME(w.a); NEXT(0);
    OP(SETUP_ANNOTATIONS): SAVE(); CHECK(op_setup_annotations(frame)); NEXT(0);
    OP(PRINT_RESULT): SAVE(); CHECK(op_print_result(frame, w)); CONSUME(w.a); NEXT(0);
    OP(MAKE_TYPE_ALIAS): {
        SAVE();
        Value v = op_type_alias(frame, w);
        CHECK_VALUE(v);
        CONSUME_BUT(w.b, w.a); CONSUME_BUT(w.c, w.a); CONSUME_BUT(w.c + 1u, w.a); SET(w.a, v);
        NEXT(0);
    }
    OP(MAKE_TYPE_PARAM): {
        SAVE();
        Value v = op_type_param(frame, w);
        CHECK_VALUE(v);
        CONSUME_BUT(w.b, w.a); CONSUME_BUT(w.c, w.a); CONSUME_BUT(w.c + 1u, w.a); SET(w.a, v);
        NEXT(0);
    }

    error:
        assert(error_pending());
        assert(frame == t->frame);
    error_saved:
        if (!unwind(t))
            return ERROR;
        LOAD_FRAME();
        DISPATCH();
}

#ifndef TRACED
Value eval_loop(Thread *t)
{
    return UNLIKELY(trace_wanted(t)) ? eval_loop_traced(t) : eval_loop_plain(t);
}
#endif
