/* class.h -- making types: MRO, bases, instances, slots; `type(name, bases, dict)`. */
#ifndef OBJECT_CLASS_H
#define OBJECT_CLASS_H
#include "interp/object/dict.h"
#include "interp/object/type.h"
/* Make a static type usable: inherit slots, fill its dict from its tables, MRO. Bases first. Aborts on a programmer's mistake. */
void type_ready(Type *type, Type *base_or_null);
/* type.__new__: metaclass, name, bases tuple, namespace dict, keywords for __init_subclass__. Runs __set_name__, __init_subclass__. */
must_use Value class_new(Type *metaclass, Value name, Value bases, Value namespace, const Value *kw_values, Value kwnames);
/* The most derived metaclass of `metaclass` and the bases' (TypeError on conflict), borrowed. */
Type *class_metaclass(Type *metaclass, Value bases);
must_use Value instance_new(Type *type);               /* object.__new__ without checks: an instance, attributes unset; for any fixed-size struct zeroed (Values UNBOUND by trace rows) */
must_use Value object_new(Type *type, const Value *args, size_t n_pos, Value kwnames);       /* object's slot `new`, with its checks */
bool object_init(Value self, const Value *args, size_t n_pos, Value kwnames);
must_use bool type_set_bases(Type *type, Value bases); /* __bases__ = */
must_use bool instance_set_class(Value v, Value cls);  /* __class__ = */
void slots_fill(Type *type);                           /* dunder methods in the class's MRO become C slots */
void slots_update(Type *type, Value name);             /* one name changed */
Value slot_wrapper_for(Type *type, const char *dunder);/* used by type_ready */
/* A simple static type helper for modules: struct sequence (os.stat_result, time.struct_time) */
typedef struct StructField { const char *name, *doc; } StructField;
must_use Value structseq_new_type(const char *qualified_name, const char *doc, const StructField *fields, unsigned n_in_sequence);
must_use Value structseq_new_take(Value type, Value *values, unsigned n);
#endif
