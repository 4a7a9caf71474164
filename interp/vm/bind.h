/* bind.h -- arguments into parameter registers, with CPython's error texts. */
#ifndef VM_BIND_H
#define VM_BIND_H
#include "interp/vm/function.h"

/* bind_registers_take -- the arguments lie in place: regs[0 .. n_pos) positional, then one for each name of the tuple `kwnames` (NONE: no
 * keywords). Afterwards regs[0 .. n_params) hold the parameters and the other variables, and the places of other arguments, are UNBOUND. All arguments
 * are consumed, also on failure: TypeError, MemoryError; then all of regs are UNBOUND. Runs Python code only for str subclasses as keywords. */
must_use bool bind_registers_take(Function *f, Value *regs, size_t n_pos, Value kwnames);
/* bind_arguments_from -- the same from borrowed arguments elsewhere: `args` then `kwargs_values`. regs[0 .. n_named) are free slots. */
must_use bool bind_registers_from(Function *f, Value *regs, const Value *args, size_t n_pos, const Value *kw_values, Value kwnames);
/* The common cases, inline: exactly the positional parameters, nothing else. */
static inline bool bind_is_exact(const Code *code, size_t n) { return code->n_args == n && code->n_params == n; }

/* bind_permutation -- for call sites with keywords: the register of each keyword, a byte each (keyword i in bits 8i..8i+7). False (no error):
 * more than 8 keywords, a name that is no parameter, stars: use the general way. */
bool bind_permutation(const Function *f, size_t n_pos, Value kwnames, uint64_t *permutation);
/* bind_permuted_take -- as bind_registers_take, by a permutation made for this function and site. */
must_use bool bind_permuted_take(Function *f, Value *regs, size_t n_pos, size_t n_kw, uint64_t permutation);
#endif
