/* ops.h -- the cold halves of instructions: what eval.c calls when an inline fast path does not apply. Each gets borrowed operands and returns
 * an owned result or a failure value with one pending error. frame->pc is saved before. All of them may run Python code unless they say no. */
#ifndef VM_OPS_H
#define VM_OPS_H
#include "interp/object/protocol.h"
#include "interp/vm/eval.h"
#include "interp/vm/frame.h"
#include "interp/vm/function.h"

/* op_number.c. Operands that are UNBOUND raise the name error of their register. */
must_use Value op_binary(Frame *f, Word w, BinaryOp op, Value a, Value b);
must_use Value op_binary_k(Frame *f, Word w, BinaryOp op, Value a, Value b);
must_use Value op_unary(Frame *f, Word w, UnaryOp op, Value v);
must_use Value op_compare(Frame *f, uint16_t reg_a, uint16_t reg_b, CompareOp op, Value a, Value b);   /* NO_REG: a constant */
must_use Truth op_compare_truth(Frame *f, uint16_t reg_a, uint16_t reg_b, CompareOp op, Value a, Value b);
must_use Truth op_truth(Frame *f, uint16_t reg, Value v);
/* The pushed method of the instruction gave NotImplemented. */
must_use Value op_binary_declined(Frame *f, Word w, unsigned op);
must_use Value op_compare_declined(Frame *f, Word w, unsigned op);
/* __call__ of an instance, when it is a Python function: borrowed; NULL otherwise. */
Object *op_call_method_peek(Value callee);
must_use bool op_check_bound(Frame *f, uint16_t reg, Value v);

/* op_item.c */
must_use Value op_getitem(Frame *f, Word w, Value container, Value key, bool key_is_constant);
must_use Truth op_setitem(Frame *f, Word w);                     /* YES: done; or TRUTH_PUSHED */
must_use bool op_delitem(Frame *f, Word w);
must_use Value op_getslice(Frame *f, Word w);
must_use bool op_setslice(Frame *f, Word w);
must_use Truth op_contains(Frame *f, Word w);
must_use bool op_get_iter(Frame *f, Word w);
/* The end, or one step, of a loop that is not a small range, list or tuple. STOP at the end. */
must_use Value op_for_iter(Frame *f, Word w, Value *state);
must_use bool op_unpack(Frame *f, Word w);
must_use bool op_unpack_ex(Frame *f, Word w, unsigned n_after);
must_use Value op_build(Frame *f, Word w, unsigned op);          /* TUPLE LIST SET MAP STRING: consumes the registers */
must_use Value op_format(Frame *f, Word w);
must_use bool op_list_extend(Frame *f, Word w);
must_use bool op_dict_merge(Frame *f, Word w, bool is_call);

/* op_attr.c: generic attribute access that also specialises the instruction at `pc`. */
must_use Value op_load_attr(Frame *f, Word *pc, Value v);
must_use bool op_load_method(Frame *f, Word *pc, Value v);       /* sets r[a], r[a+1] */
must_use bool op_store_attr(Frame *f, Word *pc);
must_use bool op_delete_attr(Frame *f, Word *pc);
must_use bool op_load_super(Frame *f, Word *pc);

/* op_name.c */
must_use Value op_load_global(Frame *f, Word *pc);
must_use bool op_store_global(Frame *f, Word *pc);
must_use bool op_delete_global(Frame *f, Value name);
must_use Value op_load_name(Frame *f, Value name);
extern Dict *(*op_modules_hook)(void);                          /* sys.modules; set by the import system's owner */
must_use bool op_store_name(Frame *f, Value name, Value value);
must_use bool op_delete_name(Frame *f, Value name);
must_use Value op_load_classderef(Frame *f, Word w);
must_use Value op_load_dict_or_free(Frame *f, Word w);
void op_raise_cell(Frame *f, unsigned reg);                      /* empty cell in a named register */
void op_raise_free(Frame *f, unsigned index);
must_use Value op_build_class(Frame *f);
must_use Value op_import_name(Frame *f, Word w);
must_use Value op_import_from(Frame *f, Word w);
must_use bool op_import_star(Frame *f, Word w);
must_use bool op_setup_annotations(Frame *f);
must_use bool op_print_result(Frame *f, Word w);
must_use Value op_type_param(Frame *f, Word w);
must_use Value op_type_alias(Frame *f, Word w);
must_use Value op_make_function(Frame *f, Word w);

/* op_call.c: calls of what is not a plain Python function. The result, owned; arguments borrowed in place. */
must_use Value op_call(Frame *f, Value callee, Value *args, unsigned n, Value kwnames);
/* Rewrites the CALL / CALL_METHOD at `pc` to a specialised form when the callee allows. */
void op_specialise_call(Frame *f, Word *pc, Value callee, unsigned n, bool has_self);
void op_forget_call(Word *pc);           /* never specialise this call again */

/* f(*positional, **keywords): fills regs; nothing consumed. keywords: dict, mapping or UNBOUND. */
must_use Value op_call_spread(Value callee, Value positional, Value keywords);
must_use bool op_bind_spread(Function *f, Value *regs, Value positional, Value keywords);

/* op_exc.c */
void op_raise(Frame *f, Word w);
must_use Value op_match_exc(Frame *f, Word w);
must_use Value op_match_exc_star(Frame *f, Word w);
must_use Value op_prep_reraise_star(Frame *f, Word w);
must_use bool op_with_enter(Frame *f, Word w);
must_use Value op_with_exit(Frame *f, Word w);

/* op_async.c */
must_use Value op_awaitable_iterator(Value v);                   /* what `await v` iterates */
must_use Value op_get_awaitable(Frame *f, Word w);
must_use Value op_get_yield_from(Frame *f, Word w);
must_use Value op_get_aiter(Frame *f, Word w);
must_use Value op_get_anext(Frame *f, Word w);
/* Send to a delegate that is no plain generator. STOP: it returned (stop_value). */
must_use Value op_send(Frame *f, Value delegate, Value value);

/* op_match.c */
must_use Value op_match_keys(Frame *f, Word w);
must_use Value op_match_rest(Frame *f, Word w);
must_use Value op_match_class(Frame *f, Word w, unsigned n_positional, Value kwnames);

/* unwind.c: find the handler of the pending error. True: the thread's top frame goes on at its pc. False: the error leaves the native call whose frame
 * has just been popped (it is pending). */
must_use bool unwind(Thread *t);
/* A frame is done: linked globals go home, registers and owned things are dropped, the frame is popped. */
void frame_pop(Thread *t);
void frame_unlink(Frame *f);                                     /* linked.c */
must_use bool frame_link(Frame *f);
#endif
