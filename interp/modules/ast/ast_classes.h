/* ast_classes.h -- the classes of module _ast: one for each row of syntax/ast.def, one for each sum, and AST above them. Made at the module's import. */
#ifndef AST_CLASSES_H
#define AST_CLASSES_H
#include "interp/base/arena.h"
#include "interp/compile/compile.h"
#include "interp/syntax/syntax.h"
#include "interp/object/type.h"

extern Value ast_base_class;                         /* AST; UNBOUND before the import */
extern Value ast_node_classes[NODE_COUNT];
extern Value ast_field_names[];                      /* interned, by field's place in the table of all fields */
must_use bool ast_classes_make(Value module);
/* The interned name of a field. Borrowed. */
Value ast_field_name_peek(const AstField *field);
/* Is it among the fields that CPython 3.11's classes have? (type_params came later: set only when not empty.) */
bool ast_field_shown(const AstField *field);
/* Do the members of this sum carry lineno and the rest? */
bool ast_sum_has_position(AstSum sum);
/* The kind of an instance (of a subclass, too); NODE_NONE: none. */
NodeKind ast_kind_of(Value v);

/* tree -> objects: owned; ERROR: RecursionError, MemoryError. */
must_use Value ast_from_tree(const Node *tree);
/* objects -> tree in the arena; NULL: TypeError, ValueError, RecursionError. Runs Python code (attributes). */
must_use Node *ast_to_tree(Arena *arena, Value v, AstSum sum);
/* What the parser guarantees and objects made by hand may lack. False: ValueError, TypeError. */
must_use bool ast_check(const Node *tree);
#endif
