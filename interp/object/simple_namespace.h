/* simple_namespace.h -- types.SimpleNamespace: attributes and nothing else. */
#ifndef OBJECT_SIMPLE_NAMESPACE_H
#define OBJECT_SIMPLE_NAMESPACE_H
#include "interp/object/type.h"
extern Type simple_namespace_type;
void simple_namespace_init(void);
#endif
