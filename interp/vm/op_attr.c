/* op_attr.c -- attribute instructions: the generic access, and specialising the instruction for the shape it met.
 *
 * A site whose guard fails comes back here. It is specialised again at once the first few times, then only now and then, so that a
 * site that sees many shapes does not spend its time rewriting itself. */
#include "gc/check.h"
#include "gc/heap.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/cell.h"
#include "interp/object/descriptor.h"
#include "interp/object/module.h"
#include "interp/object/str.h"
#include "interp/object/super.h"
#include "interp/object/tuple.h"
#include "interp/vm/ops.h"
#include "interp/vm/quick.h"

enum { MISSES_FREE = 16, MISSES_EVERY = 64 };

static inline Value name_of(const Frame *f, const Word *pc) { return tuple_peek(f->code->names, pc->c); }

/* --- sites that see many shapes (quick.h) -------------------------------------------------------------------------------- */
Stub vm_stubs[N_STUBS];

static void visit_stubs(Visitor *visitor)
{
    static const Edge edge = { TRACE_VALUE, "looked up", 0, UNBOUND_INIT };
    for (int i = 0; i < N_STUBS; i++)
        if (vm_stubs[i].version)
            visitor->visit(visitor, as_obj(vm_stubs[i].name), &edge);
}

void vm_stubs_init(void)
{
    heap_add_holder(visit_stubs);
}

static unsigned many_form(unsigned base)
{
    return base == OP_CODE_LOAD_ATTR ? OP_CODE_LOAD_ATTR_MANY : base == OP_CODE_LOAD_METHOD ? OP_CODE_LOAD_METHOD_MANY : OP_CODE_STORE_ATTR_MANY;
}

/* Remember what the site at `pc` has just been specialised to, and make it look into the table; now and then it may stay special,
 * in case it sees one shape only from now on. */
static void stub_keep(Word *pc, Value name)
{
    AttrCache *cache = (AttrCache *)(pc + 1);
    unsigned base = op_base[pc->op];
    if (pc->op == base || !cache->version || pc->op == OP_CODE_LOAD_ATTR_MODULE || pc->op == OP_CODE_LOAD_METHOD_MODULE)
        return;
    Stub *stub = stub_at(cache->version, stub_seed(name, base));
    Value old = stub->version ? stub->name : UNBOUND;
    *stub = (Stub){ cache->version, pc->op, (uint8_t)base, cache->slot, retain(name), cache->value };
    if (++cache->misses % MISSES_EVERY) {
        pc->op = (uint8_t)many_form(base);
        cache->slot = stub_seed(name, base);
        cache->value = name;
    }
    release(old);
}

/* Has this site seen many shapes? Then it is generic again for now. */
static inline bool is_polymorphic(Word *pc, unsigned generic)
{
    AttrCache *cache = (AttrCache *)(pc + 1);
    if ((pc->op != generic && pc->op != many_form(generic)) || cache->misses < MISSES_FREE)
        return false;
    pc->op = (uint8_t)generic;
    cache->version = 0;
    return true;
}

/* May the site specialise now? Keeps count in the third word while the instruction is generic. */
static bool may_specialise(Word *pc, unsigned generic)
{
    AttrCache *cache = (AttrCache *)(pc + 1);
    if (pc->op != generic) {                 /* a guard failed */
        pc->op = (uint8_t)generic;
        cache->version = 0;
    }
    cache->misses++;
    return cache->misses < MISSES_FREE || cache->misses % MISSES_EVERY == 0;
}

static bool byte_offset(Value v, unsigned slot, uint32_t *offset)
{
    const HeapType *type = heap_type(as_obj(v));
    if (type->attrs_offset <= 0 || slot >= type->n_inline)
        return false;
    *offset = (uint32_t)type->attrs_offset + (uint32_t)offsetof(AttrArea, inline_) + slot * (uint32_t)sizeof(Value);
    return true;
}

static bool specialise_module(AttrCache *cache, Value module, Value cell)
{
    uint64_t number = namespace_number(module_dict_peek(module));
    if (number == 0 || number > UINT32_MAX)
        return false;
    cache->version = (uint32_t)number;
    cache->value = cell;
    return true;
}

static void specialise_load(Word *pc, Value v, Value name)
{
    AttrCacheInfo info = { .kind = ATTR_UNCACHEABLE };
    attr_cache_load(v, name, &info);
    if (info.kind == ATTR_UNCACHEABLE || info.version == 0)
        return;
    AttrCache *cache = (AttrCache *)(pc + 1);
    if (info.kind == ATTR_MODULE_CELL) {
        if (specialise_module(cache, v, info.value))
            pc->op = OP_CODE_LOAD_ATTR_MODULE;
        return;
    }
    unsigned op;
    cache->slot = info.slot;
    cache->value = info.value;
    switch (info.kind) {
    case ATTR_SLOT: op = byte_offset(v, info.slot, &cache->slot) ? OP_CODE_LOAD_ATTR_SLOT : OP_CODE_LOAD_ATTR_SLOT_MORE; break;
    case ATTR_CLASS_VALUE: op = OP_CODE_LOAD_ATTR_VALUE; break;
    case ATTR_MEMBER: op = OP_CODE_LOAD_ATTR_MEMBER; break;
    case ATTR_TYPE_VALUE: op = OP_CODE_LOAD_ATTR_TYPE; break;
    case ATTR_GETTER:
        if (!function_check(info.value) || (as_function(info.value)->code->flags & (CODE_GENERATOR | CODE_COROUTINE | CODE_ASYNC_GENERATOR)))
            return;
        op = OP_CODE_LOAD_ATTR_GETTER;
        break;
    case ATTR_NATIVE_GETTER:
        cache->value = obj_value(((GetSetDescriptor *)as_obj(info.value))->row);
        op = OP_CODE_LOAD_ATTR_NATIVE;
        break;
    default: return;
    }
    cache->version = info.version;
    pc->op = (uint8_t)op;
}

Value op_load_attr(Frame *f, Word *pc, Value v)
{
    if (!op_check_bound(f, pc->b, v))
        return ERROR;
    Value name = name_of(f, pc);
    if (is_ptr(v)) {
        if (is_polymorphic(pc, OP_CODE_LOAD_ATTR)) {
            specialise_load(pc, v, name);
            stub_keep(pc, name);
        } else if (may_specialise(pc, OP_CODE_LOAD_ATTR)) {
            specialise_load(pc, v, name);
        }
    }
    return obj_getattr(v, name);
}

static void specialise_method(Word *pc, Value v, const AttrCacheInfo *info)
{
    AttrCache *cache = (AttrCache *)(pc + 1);
    if (info->kind == ATTR_UNCACHEABLE || info->version == 0)
        return;
    if (info->kind == ATTR_MODULE_CELL) {
        if (specialise_module(cache, v, info->value))
            pc->op = OP_CODE_LOAD_METHOD_MODULE;
        return;
    }
    unsigned op = info->kind == ATTR_METHOD ? OP_CODE_LOAD_METHOD_CLASS : info->kind == ATTR_SLOT ? OP_CODE_LOAD_METHOD_SLOT
                : info->kind == ATTR_TYPE_VALUE ? OP_CODE_LOAD_METHOD_TYPE : 0;
    if (!op)
        return;
    cache->slot = info->slot;
    cache->value = info->value;
    cache->version = info->version;
    pc->op = (uint8_t)op;
}

bool op_load_method(Frame *f, Word *pc, Value v)
{
    if (!op_check_bound(f, pc->b, v))
        return false;
    Word w = *pc;
    Value *slot = &f->regs[w.a], name = name_of(f, pc), function, self = UNBOUND;
    bool is_temporary = w.b >= f->code->n_named;
    AttrCacheInfo info = { .kind = ATTR_UNCACHEABLE };
    if (is_ptr(v)) {
        attr_cache_load(v, name, &info);
        bool is_polymorphic_site = is_polymorphic(pc, OP_CODE_LOAD_METHOD);
        if (is_polymorphic_site || may_specialise(pc, OP_CODE_LOAD_METHOD))
            specialise_method(pc, v, &info);
        if (is_polymorphic_site)
            stub_keep(pc, name);
    } else {
        Type *type = type_of(v);             /* immediates have no attributes of their own */
        Value found = type_lookup_peek(type, name);
        if (is_ptr(found) && (type_of(found)->flags & TYPE_METHOD_DESCR)) {
            info.kind = ATTR_METHOD;
            info.value = found;
        }
    }
    if (info.kind == ATTR_METHOD) {
        function = retain(info.value);
        self = retain(v);
    } else {
        function = obj_getattr(v, name);
        if (is_error(function))
            return false;
    }
    if (is_temporary && w.b != w.a && w.b != w.a + 1) {
        f->regs[w.b] = UNBOUND;
        release(v);
    }
    set_slot(slot, function);
    set_slot(slot + 1, self);
    return true;
}

static void specialise_store(Word *pc, Value v, Value name)
{
    AttrCacheInfo info = { .kind = ATTR_UNCACHEABLE };
    attr_cache_store(v, name, &info);
    if (info.kind == ATTR_UNCACHEABLE || info.version == 0)
        return;
    AttrCache *cache = (AttrCache *)(pc + 1);
    uint32_t offset;
    if (info.kind == ATTR_MEMBER)
        offset = info.slot;
    else if ((info.kind != ATTR_SLOT && info.kind != ATTR_ADD_SLOT) || !byte_offset(v, info.slot, &offset))
        return;
    cache->version = info.version;
    cache->slot = offset;
    cache->value = info.kind == ATTR_ADD_SLOT ? obj_value(info.new_shape) : UNBOUND;
    pc->op = info.kind == ATTR_MEMBER ? OP_CODE_STORE_ATTR_MEMBER : info.kind == ATTR_SLOT ? OP_CODE_STORE_ATTR_SLOT : OP_CODE_STORE_ATTR_ADD;
}

bool op_store_attr(Frame *f, Word *pc)
{
    Value v = f->regs[pc->a], value = f->regs[pc->b], name = name_of(f, pc);
    if (!op_check_bound(f, pc->b, value) || !op_check_bound(f, pc->a, v))
        return false;
    if (is_ptr(v)) {
        if (is_polymorphic(pc, OP_CODE_STORE_ATTR)) {
            specialise_store(pc, v, name);
            stub_keep(pc, name);
        } else if (may_specialise(pc, OP_CODE_STORE_ATTR)) {
            specialise_store(pc, v, name);
        }
    }
    return obj_setattr(v, name, value);
}

bool op_delete_attr(Frame *f, Word *pc)
{
    Value v = f->regs[pc->a];
    return op_check_bound(f, pc->a, v) && obj_delattr(v, name_of(f, pc));
}

bool op_load_super(Frame *f, Word *pc)
{
    Word w = *pc;
    Value *slot = &f->regs[w.a], name = name_of(f, pc), class_ = slot[1], self = slot[2];
    Value result, pair = UNBOUND;
    if (same(slot[0], obj_value(&super_type)) && is_type(class_) && !is_none(self)) {
        bool method = false;
        result = super_getattr(as_type(class_), self, name, w.x & 1 ? &method : NULL);
        if (method)
            pair = retain(self);
    } else {
        own Value super = w.x & 2 ? call2(slot[0], class_, self) : call0(slot[0]);
        result = is_error(super) ? ERROR : obj_getattr(super, name);
    }
    if (is_error(result))
        return false;
    set_slot(&slot[2], UNBOUND);
    set_slot(&slot[0], result);
    set_slot(&slot[1], pair);
    return true;
}
