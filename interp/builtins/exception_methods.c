/* exception_methods.c -- methods and attributes of exceptions, by layout. */
#include "interp/builtins/tables.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/generic_alias.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

/* --- BaseException -------------------------------------------------------------------------------------------------------- */

static Value args_of(Value self) { Value a = as_exception(self)->args; return retain(is_ptr(a) ? a : tuple_empty); }

static bool set_args(Value self, Value value)
{
    if (is_unbound(value))
        return raise_false(TypeError, "args may not be deleted");
    Value args = tuple_from_iterable(value);
    if (is_error(args))
        return false;
    set_slot(&as_exception(self)->args, args);
    return true;
}

static Value get_traceback(Value self) { Value t = as_exception(self)->traceback; return is_unbound(t) ? NONE : retain(t); }

static bool set_traceback(Value self, Value value)
{
    if (is_unbound(value))
        return raise_false(TypeError, "__traceback__ may not be deleted");
    if (!is_none(value) && !is_exact(value, &traceback_type))
        return raise_false(TypeError, "__traceback__ must be a traceback or None");
    set_slot(&as_exception(self)->traceback, retain(value));
    return true;
}

static Value get_context(Value self) { Value v = as_exception(self)->context; return is_unbound(v) ? NONE : retain(v); }
static Value get_cause(Value self) { Value v = as_exception(self)->cause; return is_unbound(v) ? NONE : retain(v); }

static bool set_context(Value self, Value value)
{
    if (is_unbound(value))
        return raise_false(TypeError, "__context__ may not be deleted");
    if (!is_none(value) && !exception_check(value))
        return raise_false(TypeError, "exception context must be None or derive from BaseException");
    set_slot(&as_exception(self)->context, is_none(value) ? UNBOUND : retain(value));
    return true;
}

static bool set_cause(Value self, Value value)
{
    if (is_unbound(value))
        return raise_false(TypeError, "__cause__ may not be deleted");
    if (!is_none(value) && !exception_check(value))
        return raise_false(TypeError, "exception cause must be None or derive from BaseException");
    set_slot(&as_exception(self)->cause, is_none(value) ? UNBOUND : retain(value));
    as_exception(self)->suppress_context = true;
    return true;
}

static bool has_attributes(Value self)
{
    uint64_t position = 0;
    Value name, value;
    return instance_next(as_obj(self), &position, &name, &value);
}

/* (class, args) or (class, args, state): `extra` are pairs name, value that belong into the state. */
static Value reduce_with(Value self, Value args, const char *const *names, const Value *values, size_t n)
{
    bool any = has_attributes(self);
    for (size_t i = 0; i < n; i++)
        any |= !is_unbound(values[i]);
    if (!any)
        return tuple_of2(obj_value(type_of(self)), args);
    own Value now = has_attributes(self) ? instance_dict(as_obj(self)) : dict_new();
    own Value state = is_error(now) ? ERROR : dict_copy(as_dict(now));
    for (size_t i = 0; !is_error(state) && i < n; i++)
        if (!is_unbound(values[i]) && !dict_set_c(as_dict(state), names[i], values[i]))
            return ERROR;
    return is_error(state) ? ERROR : tuple_of3(obj_value(type_of(self)), args, state);
}

static Value reduce(Value *args, size_t n)
{
    own Value a = args_of(args[0]);
    return reduce_with(args[0], a, NULL, NULL, 0);
}

static Value setstate(Value *args, size_t n)
{
    if (is_none(args[1]))
        return NONE;
    if (!dict_check(args[1]))
        return raise(TypeError, "state is not a dictionary");
    own Value state = dict_copy(as_dict(args[1]));
    uint64_t position = 0;
    Value key, value;
    while (!is_error(state) && dict_next(as_dict(state), &position, &key, &value))
        if (!obj_setattr(args[0], key, value))
            return ERROR;
    return is_error(state) ? ERROR : NONE;
}

static Value with_traceback(Value *args, size_t n) { return set_traceback(args[0], args[1]) ? retain(args[0]) : ERROR; }

static Value add_note(Value *args, size_t n)
{
    if (!str_check(args[1]))
        return raise(TypeError, "note must be a str, not '%T'", args[1]);
    own Value notes = UNBOUND;
    Found found = obj_find_attr(args[0], N(__notes__), &notes);
    if (found == FAILED)
        return ERROR;
    if (found == ABSENT) {
        notes = list_new(1);
        if (is_error(notes) || !obj_setattr(args[0], N(__notes__), notes))
            return ERROR;
    } else if (!has_flag(notes, TYPE_IS_LIST)) {
        return raise(TypeError, "Cannot add note: __notes__ is not a list");
    }
    return list_append(notes, args[1]) ? NONE : ERROR;
}

const Method exception_methods[] = {
    { "__reduce__", "(self, /)", reduce, NULL },
    { "__setstate__", "(self, state, /)", setstate, NULL },
    { "with_traceback", "(self, tb, /)", with_traceback, "Exception.with_traceback(tb) --\n    set self.__traceback__ to tb and return self." },
    { "add_note", "(self, note, /)", add_note, "Exception.add_note(note) --\n    add a note to the exception" },
    { 0 },
};
const GetSet exception_getsets[] = {
    INSTANCE_DICT_ROW, { "args", args_of, set_args, NULL }, { "__traceback__", get_traceback, set_traceback, NULL },
    { "__context__", get_context, set_context, "exception context" }, { "__cause__", get_cause, set_cause, "exception cause" }, { 0 },
};
const Member exception_members[] = { { "__suppress_context__", MEMBER_BOOL, offsetof(ExceptionObject, suppress_context), true, NULL }, { 0 } };

/* --- fields by layout: field i as an attribute that is None while unset ------------------------------------------------------ */

#define FIELD(i) \
    static Value get_##i(Value self) { Value v = *exception_field(as_exception(self), i); return is_unbound(v) ? NONE : retain(v); } \
    static bool set_##i(Value self, Value value) { set_slot(exception_field(as_exception(self), i), retain(value)); return true; }
FIELD(0) FIELD(1) FIELD(2) FIELD(3) FIELD(4) FIELD(5) FIELD(6) FIELD(7)
#undef FIELD

static Value get_written(Value self)
{
    Value v = as_exception(self)->extra[OS_WRITTEN];
    if (!is_unbound(v))
        return retain(v);
    error_set(AttributeError, "characters_written");
    return ERROR;
}

static bool set_written(Value self, Value value)
{
    int64_t n;
    Value *slot = &as_exception(self)->extra[OS_WRITTEN];
    if (is_unbound(value)) {
        if (is_unbound(*slot))
            return raise_false(AttributeError, "characters_written");
        set_slot(slot, UNBOUND);
        return true;
    }
    if (!obj_index_i64(value, &n, ValueError))
        return false;
    set_slot(slot, int_value(n));
    return true;
}

static const GetSet stop_fields[] = { { "value", get_0, set_0, "generator return value" }, { 0 } };
static const GetSet exit_fields[] = { { "code", get_0, set_0, "exception code" }, { 0 } };
static const GetSet os_fields[] = {
    { "errno", get_0, set_0, "POSIX exception code" }, { "strerror", get_1, set_1, "exception strerror" }, { "filename", get_2, set_2, "exception filename" },
    { "filename2", get_3, set_3, "second exception filename" }, { "characters_written", get_written, set_written, NULL }, { 0 },
};
static const GetSet import_fields[] = {
    { "msg", get_0, set_0, "exception message" }, { "name", get_1, set_1, "module name" }, { "path", get_2, set_2, "module path" }, { 0 },
};
static const GetSet syntax_fields[] = {
    { "msg", get_0, set_0, "exception msg" }, { "filename", get_1, set_1, "exception filename" }, { "lineno", get_2, set_2, "exception lineno" },
    { "offset", get_3, set_3, "exception offset" }, { "text", get_4, set_4, "exception text" }, { "end_lineno", get_5, set_5, "exception end lineno" },
    { "end_offset", get_6, set_6, "exception end offset" }, { "print_file_and_line", get_7, set_7, "exception print_file_and_line" }, { 0 },
};
static const GetSet unicode_fields[] = {
    { "encoding", get_0, set_0, "exception encoding" }, { "object", get_1, set_1, "exception object" }, { "start", get_2, set_2, "exception start" },
    { "end", get_3, set_3, "exception end" }, { "reason", get_4, set_4, "exception reason" }, { 0 },
};
static const GetSet name_fields[] = { { "name", get_0, set_0, "name" }, { 0 } };
static const GetSet attribute_fields[] = { { "obj", get_0, set_0, "object" }, { "name", get_1, set_1, "attribute name" }, { 0 } };
static const GetSet group_fields[] = { { "message", get_0, NULL, "exception message" }, { "exceptions", get_1, NULL, "nested exceptions" }, { 0 } };

const GetSet *const exception_layout_getsets[N_LAYOUTS] = {
    [LAYOUT_StopIteration] = stop_fields, [LAYOUT_SystemExit] = exit_fields, [LAYOUT_OS] = os_fields, [LAYOUT_Import] = import_fields,
    [LAYOUT_Syntax] = syntax_fields, [LAYOUT_Unicode] = unicode_fields, [LAYOUT_NameErr] = name_fields, [LAYOUT_AttrErr] = attribute_fields,
    [LAYOUT_Group] = group_fields,
};

/* --- reduce of OSError and ImportError ------------------------------------------------------------------------------------------ */

static Value os_reduce(Value *args, size_t n)
{
    const ExceptionObject *e = as_exception(args[0]);
    own Value a = args_of(args[0]);
    if (tuple_len(a) == 2 && !is_unbound(e->extra[OS_FILENAME])) {
        Value parts[5] = { tuple_peek(a, 0), tuple_peek(a, 1), e->extra[OS_FILENAME], NONE, e->extra[OS_FILENAME2] };
        Value longer = tuple_from(parts, is_unbound(parts[4]) ? 3 : 5);
        if (is_error(longer))
            return ERROR;
        set_slot(&a, longer);
    }
    return reduce_with(args[0], a, NULL, NULL, 0);
}

static Value import_reduce(Value *args, size_t n)
{
    static const char *const names[] = { "name", "path" };
    const ExceptionObject *e = as_exception(args[0]);
    own Value a = args_of(args[0]);
    Value values[2] = { e->extra[IMPORT_NAME], e->extra[IMPORT_PATH] };
    return reduce_with(args[0], a, names, values, 2);
}

const Method os_error_methods[] = { { "__reduce__", "(self, /)", os_reduce, NULL }, { 0 } };
const Method import_error_methods[] = { { "__reduce__", "(self, /)", import_reduce, NULL }, { 0 } };

/* --- groups ------------------------------------------------------------------------------------------------------------------------- */

static Value derive(Value *args, size_t n)
{
    own Value message = retain(as_exception(args[0])->extra[GROUP_MESSAGE]);
    return exception_new(BaseExceptionGroup, (Value[]){ message, args[1] }, 2);
}

static Value split(Value *args, size_t n)
{
    own Value matching = NONE, rest = NONE;
    return group_split(args[0], args[1], &matching, &rest) ? tuple_of2(matching, rest) : ERROR;
}

static Value subgroup(Value *args, size_t n)
{
    own Value matching = NONE, rest = NONE;
    return group_split(args[0], args[1], &matching, &rest) ? give(matching) : ERROR;
}

const Method group_methods[] = {
    { "__class_getitem__", "(cls, item, /)", generic_alias_class_getitem, "See PEP 585", METHOD_CLASS },
    { "derive", "(self, excs, /)", derive, NULL },
    { "split", "(self, condition, /)", split, NULL },
    { "subgroup", "(self, condition, /)", subgroup, NULL },
    { 0 },
};
