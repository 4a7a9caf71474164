/* container_types.h -- joins the containers and iterators (structure, interp/object) with their constructors, methods and docstrings. */
#ifndef BUILTINS_CONTAINER_TYPES_H
#define BUILTINS_CONTAINER_TYPES_H
#include "interp/builtins/arguments.h"

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

#define JOIN(type_, methods_, doc_, signature_) \
    ((type_).methods = (methods_), (type_).doc = (doc_), (type_).signature = (signature_))
#endif
