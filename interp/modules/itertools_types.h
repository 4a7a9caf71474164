/* itertools_types.h -- what the files of itertools share: the iterators of itertools_shared.c and itertools_combinatoric.c for the module's
 * table, and how a type is written down.
 *
 * While `next` runs other code (another iterator, a predicate) the object may be advanced by it: fields are read anew after each call, and an
 * iterator that is called is not dropped meanwhile, because only the end of iteration drops it, after its own call came back. */
#ifndef MODULES_ITERTOOLS_TYPES_H
#define MODULES_ITERTOOLS_TYPES_H
#include "interp/builtins/arguments.h"
#include "interp/object/iterators.h"
#include "interp/object/tuple.h"

extern Type product_type, permutations_type, combinations_type, combinations_with_replacement_type;
extern Type groupby_type, group_type, tee_type, tee_data_type;
must_use Value itertools_tee(Value *args, size_t n);     /* the NativeFn of tee(iterable, n=2) */

#define REDUCE_DOC "Return state information for pickling."
#define STATE_DOC "Set state information for unpickling."

#define ROW(Struct, field) { TRACE_VALUE, offsetof(Struct, field), 0, #field }
#define ITERTYPE(variable, name_, Struct, rows_, make_, next_, methods_, signature_, doc_) \
    Type variable = { STATIC_TYPE(variable, name_, Struct, rows_), .flags = TYPE_BASE, .new = make_, .iter = iterator_self, \
                      .next = next_, .methods = methods_, .module_name = "itertools", .signature = signature_, .doc = doc_ }
#define REDUCE_ROW(function) { "__reduce__", "(self, /)", function, REDUCE_DOC }
#define STATE_ROW(function) { "__setstate__", "(self, object, /)", function, STATE_DOC }

static inline Value same_type(Value self) { return retain(obj_value(type_of(self))); }
static inline Value drop(Value *slot) { release(give(*slot)); return STOP; }

/* The next item of the iterator in a field that may be emptied meanwhile. */
static inline Value next_of(Value iterator)
{
    if (is_unbound(iterator))
        return STOP;
    own Value held = retain(iterator);
    return advance(held);
}

/* No keywords for exactly this type; n arguments in a range. */
static inline bool plain_arguments(const char *name, Type *type, Type *exact, size_t n, size_t least, size_t most, Value kwnames)
{
    if ((type == exact || type->init == exact->init) && !no_keywords(name, kwnames))
        return false;
    return count_between(name, n, least, most);
}

static inline bool state_tuple(Value state, uint64_t n)
{
    if (!tuple_check(state))
        return raise_false(TypeError, "state is not a tuple");
    if (tuple_len(state) != n)
        return raise_false(TypeError, "function takes exactly %llu arguments (%llu given)", (unsigned long long)n,
                           (unsigned long long)tuple_len(state));
    return true;
}
#endif
