/* container_types.h -- joins the containers and iterators (structure, interp/object) with their constructors, methods and docstrings. */
#ifndef BUILTINS_CONTAINER_TYPES_H
#define BUILTINS_CONTAINER_TYPES_H
#include "interp/object/generic_alias.h"
#include "interp/object/native.h"

/* Fill methods, docstrings and constructors of the static types; before type_ready sees them. Cannot fail. */
void containers_join(void);
void list_join(void);
void tuple_join(void);
void dict_join(void);
void dict_view_join(void);
void set_join(void);
void slice_join(void);
void range_join(void);
void iterator_join(void);
/* Every type joined here, for type_ready: NULL at the end. All are direct subclasses of object. */
extern Type *const container_types[];

/* Shared by the constructors. Each raises CPython's TypeError and gives false. */
bool no_keywords(const char *name, Value kwnames);                             /* f() takes no keyword arguments */
bool count_between(const char *name, size_t n, size_t least, size_t most);     /* f expected at most 1 argument, got 2 */
/* (callable, args tuple) and (callable, args tuple, state) of __reduce__; every argument is consumed, ERROR among them gives ERROR. */
Value reduce_take(Value callable, Value arguments);
Value reduce_state_take(Value callable, Value arguments, Value state);
/* What `start` and `stop` of index() mean: clipped int64. */
bool search_bound(Value v, int64_t otherwise, int64_t *bound);

#define CLASS_GETITEM_ROW { "__class_getitem__", "(cls, item, /)", generic_alias_class_getitem, "See PEP 585", METHOD_CLASS }
#define JOIN(type_, methods_, doc_, signature_) \
    ((type_).methods = (methods_), (type_).doc = (doc_), (type_).signature = (signature_))
#endif
