/* types.c -- THE list: every built-in type of the object layer, its tables, and the order in which they become ready. */
#include "interp/builtins/types.h"
#include "gc/heap.h"
#include "interp/builtins/container_types.h"
#include "interp/builtins/scalars.h"
#include "interp/object/attr.h"
#include "interp/object/super.h"
#include "interp/builtins/tables.h"
#include "interp/object/cell.h"
#include "interp/object/class.h"
#include "interp/object/descriptor.h"
#include "interp/object/generic_alias.h"
#include "interp/object/method.h"
#include "interp/object/module.h"
#include "interp/object/names.h"
#include "interp/object/simple_namespace.h"
#include "interp/object/weakref_object.h"

static void join_exceptions(void)
{
    for (int kind = NO_ERROR + 1; kind < N_ERROR_KINDS; kind++) {        /* the first class of a layout has its attributes */
        ExceptionLayout layout = exception_layout((ErrorKind)kind);
        bool first = true;
        for (int earlier = NO_ERROR + 1; earlier < kind; earlier++)
            first &= exception_layout((ErrorKind)earlier) != layout;
        bool unicode = layout == LAYOUT_Unicode;                          /* three sisters without a common base of this layout */
        if (first || unicode)
            exception_types[kind].getsets = exception_layout_getsets[layout];
        if (layout == LAYOUT_Group) {
            exception_types[kind].new = group_new;
            exception_types[kind].str = group_str;
        }
    }
    Type *base = &exception_types[BaseException];
    base->methods = exception_methods;
    base->getsets = exception_getsets;
    base->members = exception_members;
    exception_types[OSError].methods = os_error_methods;
    exception_types[ImportError].methods = import_error_methods;
    exception_types[BaseExceptionGroup].methods = group_methods;
}

static Type *const plain_types[] = {
    &none_type, &ellipsis_type, &not_implemented_type, &native_type, &method_descriptor_type, &classmethod_descriptor_type, &wrapper_descriptor_type,
    &method_wrapper_type, &member_descriptor_type, &getset_descriptor_type, &property_type, &staticmethod_type, &classmethod_type, &mappingproxy_type,
    &super_type, &method_type, &cell_type, &module_type, &traceback_type,
};

static bool is_ready(const Type *type) { return type->flags & TYPE_READY; }

void types_init(void)
{
    attr_init();
    object_join();
    singletons_join();
    object_type.methods = object_methods;
    object_type.getsets = object_getsets;
    type_type.methods = type_methods;
    type_type.getsets = type_getsets;
    type_type.members = type_members;
    type_type.binary[OP_OR] = union_new;
    generic_alias_type.binary[OP_OR] = union_new;
    module_type.methods = module_methods;
    module_type.getsets = module_getsets;
    descriptors_join();
    join_exceptions();
    containers_join();
    scalars_install();

    names_init();
    type_ready(&object_type, NULL);
    type_ready(&type_type, NULL);
    for (size_t i = 0; i < sizeof plain_types / sizeof *plain_types; i++)
        type_ready(plain_types[i], NULL);
    for (Type *const *t = scalar_types; *t; t++)
        type_ready(*t, *t == &bool_type ? &int_type : NULL);
    for (Type *const *t = container_types; *t; t++)
        if (!is_ready(*t))
            type_ready(*t, NULL);
    exceptions_init();
    generic_alias_init();
    union_init();
    simple_namespace_init();
    weakref_object_init();
}
