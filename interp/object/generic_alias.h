/* generic_alias.h -- list[int] (types.GenericAlias) and X | Y (types.UnionType). */
#ifndef OBJECT_GENERIC_ALIAS_H
#define OBJECT_GENERIC_ALIAS_H
#include "interp/object/type.h"
extern Type generic_alias_type, union_type;
/* generic_alias_new -- origin[arguments]; `arguments` a tuple, or the one argument. Owned. */
must_use Value generic_alias_new(Value origin, Value arguments);
/* The NativeFn of a row { "__class_getitem__", "(cls, item, /)", generic_alias_class_getitem, "See PEP 585", METHOD_CLASS }. */
Value generic_alias_class_getitem(Value *args, size_t n);
/* union_new -- a | b for classes, None, aliases; NOT_IMPLEMENTED for anything else. */
must_use Value union_new(Value a, Value b);
bool union_check(Value v);
void generic_alias_init(void);                         /* type_ready of the types here */
void union_init(void);
#endif
