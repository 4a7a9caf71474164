/* ast_classes.c -- see ast_classes.h. Behaviour of the constructor: CPython's Parser/asdl_c.py as the library reference describes it. */
#include "gc/heap.h"
#include "interp/modules/ast/ast_classes.h"
#include "interp/base/buf.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/dict.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/module.h"
#include "interp/object/native.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

Value ast_base_class = UNBOUND_INIT, ast_node_classes[NODE_COUNT];
static Value sum_classes[AST_SUM_COUNT];

Value ast_field_name_peek(const AstField *field) { return str_name_peek(field->name); }
bool ast_field_shown(const AstField *field) { return field->sum != AST_type_param; }

NodeKind ast_kind_of(Value v)
{
    if (!is_ptr(v))
        return NODE_NONE;
    static Value name;
    if (!name.bits)
        name = str_name_peek("__ouro_kind__");
    Value kind = type_lookup_peek(type_of(v), name);
    return is_int(kind) && small_int(kind) > 0 && small_int(kind) < NODE_COUNT ? (NodeKind)small_int(kind) : NODE_NONE;
}

/* --- AST's methods ------------------------------------------------------------------------------------------------------- */

static Value fields_of(Value self)
{
    Value fields;
    Found found = obj_find_attr_c(obj_value(type_of(self)), "_fields", &fields);
    if (found == ABSENT)
        return retain(tuple_empty);
    if (found == FAILED)
        return ERROR;
    own Value given = fields;
    return tuple_from_iterable(given);
}

static Value init(Value *args, size_t n)
{
    (void)n;
    Value self = args[0];
    own Value fields = fields_of(self);
    if (is_error(fields))
        return ERROR;
    uint64_t given = tuple_len(args[1]), room = tuple_len(fields);
    if (given > room)
        return raise(TypeError, "%.400s constructor takes at most %zu positional argument%s", type_name(self), (size_t)room, room == 1 ? "" : "s");
    for (uint64_t i = 0; i < given; i++)
        if (!obj_setattr(self, tuple_peek(fields, i), tuple_peek(args[1], i)))
            return ERROR;
    uint64_t at = 0;
    Value key, value;
    while (dict_next(as_dict(args[2]), &at, &key, &value)) {
        int64_t place = tuple_find(fields, key);
        if (place >= 0 && (uint64_t)place < given)
            return raise(TypeError, "%.400s got multiple values for argument %R", type_name(self), key);
        if (place == -2 || !obj_setattr(self, key, value))
            return ERROR;
    }
    return NONE;
}

static Value reduce(Value *args, size_t n)
{
    (void)n;
    own Value dict = obj_getattr(args[0], N(__dict__));
    return is_error(dict) ? ERROR : tuple_of3(obj_value(type_of(args[0])), tuple_empty, dict);
}

static const Method rows[] = {
    { "__init__", "(self, /, *args, **kwargs)", init, "Initialize self.  See help(type(self)) for accurate signature." },
    { "__reduce__", "(self, /)", reduce, NULL },
};

/* --- making classes --------------------------------------------------------------------------------------------------------- */

static Value class_of(const char *name, Value base, Value fields, Value attributes, const char *doc, int64_t kind)
{
    own Value namespace = dict_new(), text = str_intern(name), bases = tuple_of1(base), module = str_intern("ast"), number = int_value(kind);
    own Value about = doc ? str_from(doc) : NONE;
    if (is_error(namespace) || is_error(text) || is_error(bases) || is_error(module) || is_error(about))
        return ERROR;
    Dict *d = as_dict(namespace);
    if (!dict_set(d, N(__module__), module) || !dict_set_c(d, "__doc__", about) || !dict_set_c(d, "__ouro_kind__", number))
        return ERROR;
    if (!is_unbound(fields) && (!dict_set_c(d, "_fields", fields) || !dict_set_c(d, "__match_args__", fields)))
        return ERROR;
    if (!is_unbound(attributes) && !dict_set_c(d, "_attributes", attributes))
        return ERROR;
    return class_new(&type_type, text, bases, namespace, NULL, NONE);
}

static bool make_base(void)
{
    own Value made = class_of("AST", obj_value(&object_type), tuple_empty, tuple_empty, NULL, 0);
    if (is_error(made))
        return false;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        own Value method = native_new(&rows[i], UNBOUND, NONE, as_type(made)), name = str_intern(rows[i].name);
        if (is_error(method) || is_error(name) || !type_set_own(as_type(made), name, method))
            return false;
    }
    ast_base_class = give(made);
    return true;
}

static Value field_tuple(const AstClass *class)
{
    own Value list = list_new(0);
    for (int i = 0; !is_error(list) && i < class->n_fields; i++)
        if (ast_field_shown(&class->fields[i]) && !list_append(list, ast_field_name_peek(&class->fields[i])))
            return ERROR;
    return is_error(list) ? ERROR : list_to_tuple(list);
}

static void describe(Buf *out, const AstClass *class)
{
    buf_string(out, class->name);
    bool first = true;
    for (int i = 0; i < class->n_fields; i++) {
        const AstField *f = &class->fields[i];
        if (!ast_field_shown(f))
            continue;
        buf_printf(out, "%s%s%s %s", first ? "(" : ", ", ast_sum_names[f->sum], f->count == AST_OPT ? "?" : f->count == AST_SEQ ? "*" : "", f->name);
        first = false;
    }
    if (!first)
        buf_char(out, ')');
}

static bool is_product(AstSum sum)
{
    for (int kind = NODE_NONE + 1; kind < NODE_COUNT; kind++)
        if (ast_classes[kind].sum == sum)
            return strcmp(ast_classes[kind].name, ast_sum_names[sum]) == 0;
    return false;
}

static bool has_members(AstSum sum)
{
    for (int kind = NODE_NONE + 1; kind < NODE_COUNT; kind++)
        if (ast_classes[kind].sum == sum)
            return true;
    return false;
}

static Value position_names(bool positions)
{
    Value names[4] = { str_name_peek("lineno"), str_name_peek("col_offset"), str_name_peek("end_lineno"), str_name_peek("end_col_offset") };
    return tuple_from(names, positions ? 4 : 0);
}

bool ast_sum_has_position(AstSum sum)
{
    for (int kind = NODE_NONE + 1; kind < NODE_COUNT; kind++)
        if (ast_classes[kind].sum == sum)
            return ast_has_position((NodeKind)kind);
    return false;
}

static bool no_end(Value class) { return obj_setattr_c(class, "end_lineno", NONE) && obj_setattr_c(class, "end_col_offset", NONE); }

static bool make_sum(AstSum sum)
{
    Buf doc = { 0 };
    buf_printf(&doc, "%s = ", ast_sum_names[sum]);
    bool first = true;
    for (int kind = NODE_NONE + 1; kind < NODE_COUNT; kind++) {
        if (ast_classes[kind].sum != sum)
            continue;
        if (!first && ast_classes[kind].n_fields == 0 && sum != AST_stmt) {
            buf_string(&doc, " | ");
        } else if (!first) {
            buf_char(&doc, '\n');
            buf_fill(&doc, ' ', strlen(ast_sum_names[sum]) + 1);
            buf_string(&doc, "| ");
        }
        describe(&doc, &ast_classes[kind]);
        first = false;
    }
    own Value attributes = position_names(ast_sum_has_position(sum));
    Value made = is_error(attributes) ? ERROR : class_of(ast_sum_names[sum], ast_base_class, tuple_empty, attributes, buf_text(&doc), 0);
    buf_free(&doc);
    if (is_error(made))
        return false;
    set_slot(&sum_classes[sum], made);
    return !ast_sum_has_position(sum) || no_end(made);
}

static bool make_class(NodeKind kind)
{
    const AstClass *class = &ast_classes[kind];
    Buf doc = { 0 };
    describe(&doc, class);
    bool product = is_product(class->sum);
    own Value fields = field_tuple(class), attributes = product ? position_names(ast_has_position(kind)) : UNBOUND;
    Value made = is_error(fields) || is_error(attributes) ? ERROR
                 : class_of(class->name, product ? ast_base_class : sum_classes[class->sum], fields, attributes, buf_text(&doc), kind);
    buf_free(&doc);
    if (is_error(made))
        return false;
    set_slot(&ast_node_classes[kind], made);
    if (product) {
        set_slot(&sum_classes[class->sum], retain(made));
        if (ast_has_position(kind) && !no_end(made))
            return false;
    }
    for (int i = 0; i < class->n_fields; i++)
        if (class->fields[i].count == AST_OPT && ast_field_shown(&class->fields[i]) && !obj_setattr(made, ast_field_name_peek(&class->fields[i]), NONE))
            return false;
    return true;
}

static void forget_classes(void)
{
    set_slot(&ast_base_class, UNBOUND);
    for (int i = 0; i < NODE_COUNT; i++)
        set_slot(&ast_node_classes[i], UNBOUND);
    for (int i = 0; i < AST_SUM_COUNT; i++)
        set_slot(&sum_classes[i], UNBOUND);
}

static bool make_classes(void)
{
    if (!make_base())
        return false;
    for (int i = 0; i < AST_SUM_COUNT; i++)
        if (has_members((AstSum)i) && !is_product((AstSum)i) && !make_sum((AstSum)i))
            return false;
    for (int kind = NODE_NONE + 1; kind < NODE_COUNT; kind++)
        if (!make_class((NodeKind)kind))
            return false;
    return true;
}

static void keep_classes(void)
{
    keep_root(&ast_base_class, "classes of module ast");
    for (int i = 0; i < NODE_COUNT; i++) {
        ast_node_classes[i] = UNBOUND;
        keep_root(&ast_node_classes[i], "classes of module ast");
    }
    for (int i = 0; i < AST_SUM_COUNT; i++) {
        sum_classes[i] = UNBOUND;
        keep_root(&sum_classes[i], "classes of module ast");
    }
}

bool ast_classes_make(Value module)
{
    if (is_unbound(ast_base_class)) {
        keep_classes();
        if (!make_classes()) {
            forget_classes();
            return false;
        }
    }
    if (!module_add(module, "AST", ast_base_class))
        return false;
    for (int i = 0; i < AST_SUM_COUNT; i++)
        if (!is_unbound(sum_classes[i]) && !module_add(module, ast_sum_names[i], sum_classes[i]))
            return false;
    for (int kind = NODE_NONE + 1; kind < NODE_COUNT; kind++)
        if (!module_add(module, ast_classes[kind].name, ast_node_classes[kind]))
            return false;
    return true;
}
