/* module.h -- module objects; native modules declare themselves by one row in modules/modules.def. */
#ifndef OBJECT_MODULE_H
#define OBJECT_MODULE_H
#include "interp/object/dict.h"
#include "interp/object/native.h"
/* Each plain module has a shape of its own, so that its shape's version says which module it is (ATTR_MODULE_CELL). */
typedef struct Module { Object head; Value dict /* a namespace */; const struct NativeModule *native; void *state; Shape own_shape; } Module;
extern Type module_type;
must_use Value module_new(const char *name, const char *doc_or_null);
Dict *module_dict_peek(Value module);
must_use bool module_add(Value module, const char *name, Value value);
must_use bool module_add_take(Value module, const char *name, Value value);
must_use bool module_add_int(Value module, const char *name, int64_t i);
must_use bool module_add_str(Value module, const char *name, const char *text);
must_use bool module_add_methods(Value module, const Method *rows);
must_use bool module_add_type(Value module, Type *type);         /* under the last part of its name */
must_use Value module_getattr(Value module, Value name);         /* the slot: module __getattr__, the AttributeError's text */
typedef struct NativeModule {
    const char *name, *doc;
    const Method *functions;
    bool (*init)(Value module);          /* constants, types; NULL: nothing */
} NativeModule;
#endif
