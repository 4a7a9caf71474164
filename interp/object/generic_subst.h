/* generic_subst.h -- type variables in the arguments of generic types: collecting and replacing them. Shared by list[T] and T | None. */
#ifndef OBJECT_GENERIC_SUBST_H
#define OBJECT_GENERIC_SUBST_H
#include "gc/value.h"
/* __parameters__: a tuple of the variables in `args`, each once; collected when first asked for and kept in *kept (UNBOUND before). */
must_use Value generic_parameters(Value *kept, Value args);
/* The arguments with each parameter replaced by its item of `item` (a tuple, or the only one): a tuple. `self` is for messages. */
must_use Value generic_substitute(Value self, Value args, Value parameters, Value item);
must_use Value generic_repr_item(Value v);             /* int, typing.Any, ... as shown inside brackets: a str */
#endif
