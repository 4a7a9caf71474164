/* arguments.h -- what constructors and methods of built-in types share: counting arguments, bounds, the results of __reduce__. */
#ifndef BUILTINS_ARGUMENTS_H
#define BUILTINS_ARGUMENTS_H
#include "interp/object/generic_alias.h"
#include "interp/object/native.h"

/* Shared by the constructors. Each raises CPython's TypeError and gives false. */
bool no_keywords(const char *name, Value kwnames);                             /* f() takes no keyword arguments */
bool count_between(const char *name, size_t n, size_t least, size_t most);     /* f expected at most 1 argument, got 2 */
/* (callable, args tuple) and (callable, args tuple, state) of __reduce__; every argument is consumed, ERROR among them gives ERROR. */
Value reduce_take(Value callable, Value arguments);
Value reduce_state_take(Value callable, Value arguments, Value state);
/* What `start` and `stop` of index() mean: clipped int64. */
bool search_bound(Value v, int64_t otherwise, int64_t *bound);

#define CLASS_GETITEM_ROW { "__class_getitem__", "(cls, item, /)", generic_alias_class_getitem, "See PEP 585", METHOD_CLASS }
#endif
