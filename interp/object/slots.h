/* slots.h -- the table that joins slots and dunder methods, both ways.
 *
 * A built-in type fills slots; type_ready puts a wrapper for each into its dict (`int.__add__`). A class made by Python code
 * defines dunder methods; slots_fill puts C functions that call them into its slots. One row a dunder method; several rows may share a slot. */
#ifndef OBJECT_SLOTS_H
#define OBJECT_SLOTS_H
#include "interp/object/descriptor.h"

typedef enum SlotKind {
    SLOT_UNARY, SLOT_BINARY, SLOT_BINARY_R, SLOT_INPLACE, SLOT_POWER, SLOT_POWER_R, SLOT_COMPARE, SLOT_HASH, SLOT_LEN, SLOT_TRUTH,
    SLOT_SETITEM, SLOT_DELITEM, SLOT_CONTAINS, SLOT_CALL, SLOT_GETATTR, SLOT_GETATTR_HOOK, SLOT_SETATTR, SLOT_DELATTR, SLOT_NEXT,
    SLOT_GET, SLOT_SET, SLOT_DELETE, SLOT_INIT, SLOT_DEL, SLOT_CONCAT, SLOT_REPEAT, SLOT_ITEM
} SlotKind;

typedef void SlotFn(void);
typedef Value GetattrFn(Value self, Value name);
typedef Value CompareFn(Value a, Value b, CompareOp op);
struct SlotRow {
    const char *dunder;
    uint16_t name;               /* index in names.def */
    uint16_t offset;             /* of the slot in Type */
    SlotKind kind;
    uint8_t op;                  /* of comparisons */
    SlotFn *generic;             /* calls the dunder method; NULL: a class that overrides it loses the slot */
    const char *signature, *doc;
};
extern const SlotRow slot_rows[];        /* ends with dunder NULL */

static inline SlotFn **slot_at(Type *type, const SlotRow *row) { return (SlotFn **)((char *)type + row->offset); }
/* Put a wrapper for each filled slot into a static type's dict, where the dunder is not there yet. */
must_use bool slots_publish(Type *type);
bool slots_new_is_python(const Type *type);            /* its `new` calls a __new__ written in Python */
/* Take over the slots that the type does not fill from its base. */
void slots_inherit(Type *type, const Type *base);
#endif
