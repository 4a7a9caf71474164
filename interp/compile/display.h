/* display.h -- tuples, lists, sets, dicts, f-strings as values; and what calls share with them. */
#ifndef COMPILE_DISPLAY_H
#define COMPILE_DISPLAY_H
#include "interp/compile/visit.h"
ExprRule tuple_to, list_to, set_to, dict_to, joined_str_to, formatted_value_to;
bool has_starred(NodeList list);
/* `list` (a temporary, the top one, holding nothing yet) = a list of the expressions, starred ones spread. */
void build_list(Unit *u, NodeList items, Reg list);
#endif
