/* quick.h -- specialised opcodes and what lies in the cache words behind an instruction. */
#ifndef VM_QUICK_H
#define VM_QUICK_H
#include "interp/code/code.h"

enum {
    QUICK_FIRST_ = N_OPCODES - 1,
#define QUICK(name, base, text) OP_CODE_##name,
#include "interp/vm/quick.def"
#undef QUICK
    N_QUICK_OPCODES,
};
static_assert(N_QUICK_OPCODES <= 256, "opcodes are a byte");

/* LOAD_ATTR, LOAD_METHOD, STORE_ATTR: three words. Nothing here is owned: the version guard says that it is alive. */
typedef struct AttrCache {
    uint32_t version;            /* of the shape (or of the class object's own shape; MODULE: the namespace_id of its dict) */
    uint32_t slot;               /* byte offset in the instance, or slot number (SLOT_MORE) */
    Value value;                 /* class value, function, getter, GetSet *, GlobalCell *, Shape * */
    uint64_t misses;             /* how often it was respecialised */
} AttrCache;
static_assert(sizeof(AttrCache) == 3 * sizeof(Word), "three cache words");

/* Sites that see many shapes share one table: what (shape version, name, generic opcode) means. A version is never used twice, so a row
 * cannot go stale; rows own their name, so that its address is not reused either. */
typedef struct Stub { uint32_t version; uint8_t op, base; uint32_t slot; Value name, value; } Stub;
enum { N_STUBS = 2048 };
extern Stub vm_stubs[N_STUBS];
void vm_stubs_init(void);        /* tells the leak report of the names they own */

/* The part of a row's place that is the site's own: its AttrCache keeps it as `slot`, with the name as `value`, while the site has the _MANY form. */
static inline uint32_t stub_seed(Value name, unsigned base) { return (uint32_t)(name.bits >> 4) * 7 + base; }
static inline Stub *stub_at(uint32_t version, uint32_t seed) { return &vm_stubs[(version * 0x9E3779B1u + seed) % N_STUBS]; }
/* The row for this shape at a site of the _MANY form, or NULL. `base` is the generic opcode. */
static inline const Stub *stub_find(const Object *o, const AttrCache *site, unsigned base)
{
    uint32_t version = o->shape->version;
    const Stub *stub = stub_at(version, site->slot);
    return LIKELY(stub->version == version && same(stub->name, site->value) && stub->base == base) ? stub : NULL;
}

/* CALL, CALL_METHOD, CALL_KW: two words. Nothing here is owned. */
typedef struct CallCache {
    uint32_t names;              /* CALL_KW, by the compiler: constant index of the tuple of names */
    uint32_t version;            /* CLASS: of its shape; KW_PERMUTED: of the function; CALL: times it was looked at */
    const void *target;          /* NATIVE: the Method row; CLASS: its __init__, alive as long as the version; KW_PERMUTED: the permutation itself */
} CallCache;
static_assert(sizeof(CallCache) == 2 * sizeof(Word), "two cache words");

/* The Python function that is __init__ of class `type`, when making an instance is nothing but that: borrowed; NULL otherwise. */
Object *type_init_peek(Value type);
#endif
