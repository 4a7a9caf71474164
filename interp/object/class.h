/* class.h -- making types: MRO, bases, instances, slots; `type(name, bases, dict)`. */
#ifndef OBJECT_CLASS_H
#define OBJECT_CLASS_H
#include "interp/object/dict.h"
#include "interp/object/type.h"
/* Make a static type usable: inherit slots, fill its dict from its tables, MRO. Bases first. Aborts on a programmer's mistake. */
void type_ready(Type *type, Type *base_or_null);
void type_ready_bases(Type *type, Value bases);        /* the same for several bases; the first decides slots and layout */
/* Registered by the VM: the type of Python functions, the module that is running (owned str or UNBOUND: none), attributes that a class
 * body's methods assign on self (for sizing instances). */
extern Type *python_function_type;
extern Value (*class_module_hook)(void);
extern unsigned (*class_inline_hook)(Value namespace);
/* mro.c */
must_use Value mro_compute(Type *type, Value bases);   /* C3, or the metaclass's mro(); a tuple */
must_use Value mro_c3(Type *type, Value bases);        /* a list: what type.mro() gives */
/* layout.c: the base whose struct the instances extend; TypeError on conflict. Borrowed. */
Type *layout_best_base(Value bases);
Type *layout_solid_base(Type *type);
must_use Value type_subclasses(Type *type);            /* a list */
must_use bool subclass_add(Type *base, Type *type);
void subclass_remove(Type *base, Type *type);
/* Enter `type` (made at run time) in the lists of its bases, and leave those of the bases it had before. */
must_use bool subclass_link(Type *type, Value bases);
void subclass_unlink(Type *type);
/* Set in `type`'s own dict, no checks (static types too); slots are refilled for dunder names. */
must_use bool type_set_own(Type *type, Value name, Value value_or_unbound);
must_use bool type_setattr(Value type, Value name, Value value_or_unbound);      /* the slot of type: C.x = value */
Value type_qualname(Type *type);                       /* owned */
Value type_module(Type *type);                         /* owned; any object; ERROR: AttributeError */
must_use Value type_repr(Value type);
must_use Value type_shown_name(Type *type);            /* "module.qualname" in reprs; the bare name of what is built in or has no module */
must_use Value type_call(Value type, const Value *args, size_t n_pos, Value kwnames);
must_use Value type_new(Type *metatype, const Value *args, size_t n_pos, Value kwnames);
must_use bool type_init(Value self, const Value *args, size_t n_pos, Value kwnames);
must_use Value type_getitem(Value type, Value key);
void type_trace(Object *type, Visitor *visitor);       /* what the collector asks of a type */
void type_clear(Object *type);
void type_dispose(Object *type);
size_t type_size_of(const Object *type);
void type_check_valid(const Type *type);               /* asserts the invariants */
/* Abstract methods: false and TypeError "Can't instantiate abstract class ..." when there are any. */
must_use bool class_check_abstract(Type *type);
/* type.__new__: metaclass, name, bases tuple, namespace dict, keywords for __init_subclass__. Runs __set_name__, __init_subclass__. */
must_use Value class_new(Type *metaclass, Value name, Value bases, Value namespace, const Value *kw_values, Value kwnames);
/* May a class be called that (a str)? False: UnicodeEncodeError (a surrogate), ValueError (a null character). */
must_use bool class_name_check(Value name);
/* The most derived metaclass of `metaclass` and the bases' (TypeError on conflict), borrowed. */
Type *class_metaclass(Type *metaclass, Value bases);
must_use Value instance_new(Type *type);               /* object.__new__ without checks: an instance, attributes unset; for any fixed-size struct zeroed (Values UNBOUND by trace rows) */
must_use Value object_new(Type *type, const Value *args, size_t n_pos, Value kwnames);       /* object's slot `new`, with its checks */
bool object_init(Value self, const Value *args, size_t n_pos, Value kwnames);
void object_join(void);                                /* the slots of object and type; before type_ready of any type */
must_use bool type_set_bases(Type *type, Value bases); /* __bases__ = */
must_use bool instance_set_class(Value v, Value cls);  /* __class__ = */
void slots_fill(Type *type);                           /* dunder methods in the class's MRO become C slots */
void slots_update(Type *type, Value name);             /* one name changed */
/* A simple static type helper for modules: struct sequence (os.stat_result, time.struct_time) */
typedef struct StructField { const char *name, *doc; } StructField;
must_use Value structseq_new_type(const char *qualified_name, const char *doc, const StructField *fields, unsigned n_in_sequence);
/* structseq_ready -- such a type made at first use and kept for ever in *slot; false: error pending. */
must_use bool structseq_ready(Value *slot, const char *qualified_name, const char *doc, const StructField *fields, unsigned n_in_sequence);
must_use Value structseq_new_take(Value type, Value *values, unsigned n);
extern Value (*type_alias_hook)(Value origin, Value arguments);      /* what type[C] gives; set by generic_alias.c */
#endif
