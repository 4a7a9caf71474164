/* descriptor.h -- what sits in a class's dict and takes part in attribute access. */
#ifndef OBJECT_DESCRIPTOR_H
#define OBJECT_DESCRIPTOR_H
#include "interp/object/native.h"
#include "interp/object/type.h"

typedef struct SlotRow SlotRow;          /* slots.h */

/* __slots__ members and fields of C structs. */
typedef struct MemberDescriptor { Object head; const Member *row; Type *owner; Value name; } MemberDescriptor;
typedef struct GetSetDescriptor { Object head; const GetSet *row; Type *owner; } GetSetDescriptor;
/* A filled slot of a built-in type, as `int.__add__`; and the same bound. */
typedef struct WrapperDescriptor { Object head; Type *owner; const SlotRow *row; void (*fn)(void); } WrapperDescriptor;
typedef struct MethodWrapper { Object head; WrapperDescriptor *descriptor; Value self; } MethodWrapper;
typedef struct Property { Object head; Value get, set, del, doc; bool getter_doc; Value name; } Property;   /* NONE: absent */
typedef struct StaticMethod { Object head; Value callable; AttrArea attrs; } StaticMethod;    /* also ClassMethod */
typedef struct StaticMethod ClassMethod;
typedef struct MappingProxy { Object head; Value mapping; } MappingProxy;

extern Type member_descriptor_type, getset_descriptor_type, property_type, staticmethod_type, classmethod_type, mappingproxy_type;
extern Type super_type;

must_use Value member_new(const Member *row, Value name, Type *owner);
must_use Value getset_new(const GetSet *row, Type *owner);
must_use Value wrapper_new(Type *owner, const SlotRow *row, void (*fn)(void));
must_use Value staticmethod_new(Value callable);
must_use Value classmethod_new(Value callable);
must_use Value mappingproxy_new(Value mapping);
#endif
