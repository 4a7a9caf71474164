/* tables.h -- method tables of the types whose structure is in interp/object; joined in types.c. */
#ifndef BUILTINS_TABLES_H
#define BUILTINS_TABLES_H
#include "interp/object/exception.h"
#include "interp/object/native.h"
extern const Method object_methods[], type_methods[], module_methods[], exception_methods[], group_methods[], os_error_methods[], import_error_methods[];
extern const GetSet object_getsets[], type_getsets[], module_getsets[], exception_getsets[];
extern const GetSet *const exception_layout_getsets[N_LAYOUTS];
extern const Member exception_members[], type_members[];
/* Descriptors, callables, cells, tracebacks: methods and attributes; None, Ellipsis, NotImplemented: slots too. */
void descriptors_join(void);
void singletons_join(void);
/* Names a class and its bases define, into `names`. */
must_use bool merge_class_names(struct Dict *names, Value cls);
#endif
