/* property.c -- property: attributes computed by functions. Declared in descriptor.h. */
#include "gc/heap.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/descriptor.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"

static Property *as_property(Value v) { assert(is_instance_of(v, &property_type)); return (Property *)as_obj(v); }

static bool property_fill(Value self, Value get, Value set, Value del, Value doc)
{
    assert(!is_unbound(get) && !is_unbound(set) && !is_unbound(del) && !is_unbound(doc));
    Property *p = as_property(self);
    set_slot(&p->get, retain(get));
    set_slot(&p->set, retain(set));
    set_slot(&p->del, retain(del));
    set_slot(&p->doc, retain(doc));
    set_slot(&p->name, UNBOUND);
    p->getter_doc = false;
    own Value text = UNBOUND;
    if (is_none(doc) && !is_none(get)) {
        Found found = obj_find_attr(get, N(__doc__), &text);
        if (found == FAILED)
            return false;
        if (found == FOUND && !is_none(text)) {
            p->getter_doc = true;
            set_slot(&p->doc, retain(text));
        }
    }
    /* a subclass shows it as an ordinary attribute: its class's own __doc__ hides the one of property */
    if (type_of(self) != &property_type)
        return obj_setattr(self, N(__doc__), p->doc);
    return true;
}

static Value property_make(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value made = instance_new(type);
    if (is_error(made))
        return ERROR;
    Property *p = as_property(made);
    p->get = p->set = p->del = p->doc = NONE;
    return made;
}

static bool property_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    Value v[4];
    if (!bind_arguments("property", "(fget=None, fset=None, fdel=None, doc=None)", args, n_pos, kwnames, v, NULL))
        return false;
    for (int i = 0; i < 4; i++)
        if (is_unbound(v[i]))
            v[i] = NONE;
    return property_fill(self, v[0], v[1], v[2], v[3]);
}

static cold void property_lacks(const Property *p, Value instance, const char *what)
{
    assert(!error_pending());
    own Value qualname = type_qualname(type_of(instance));
    if (is_error(qualname))
        return;
    if (is_unbound(p->name))
        error_set(AttributeError, "property of %R object has no %s", qualname, what);
    else
        error_set(AttributeError, "property %R of %R object has no %s", p->name, qualname, what);
}

static Value property_get(Value self, Value instance, Value owner)
{
    Property *p = as_property(self);
    if (is_unbound(instance))
        return retain(self);
    if (is_none(p->get)) {
        property_lacks(p, instance, "getter");
        return ERROR;
    }
    own Value get = retain(p->get);
    return call1(get, instance);
}

static bool property_set(Value self, Value instance, Value value)
{
    Property *p = as_property(self);
    own Value fn = retain(is_unbound(value) ? p->del : p->set);
    if (is_none(fn)) {
        property_lacks(p, instance, is_unbound(value) ? "deleter" : "setter");
        return false;
    }
    own Value r = is_unbound(value) ? call1(fn, instance) : call2(fn, instance, value);
    return !is_error(r);
}

static const TraceRow property_rows[] = {
    { TRACE_VALUE, offsetof(Property, get), 0, "fget" }, { TRACE_VALUE, offsetof(Property, set), 0, "fset" },
    { TRACE_VALUE, offsetof(Property, del), 0, "fdel" }, { TRACE_VALUE, offsetof(Property, doc), 0, "__doc__" },
    { TRACE_VALUE, offsetof(Property, name), 0, "name" }, { .kind = TRACE_END }
};

Type property_type = {
    STATIC_TYPE(property_type, "property", Property, property_rows),
    .flags = TYPE_BASE,
    .new = property_make, .init = property_init, .descr_get = property_get, .descr_set = property_set,
    .signature = "(fget=None, fset=None, fdel=None, doc=None)",
};
