/* check.h -- are an object's invariants true? For debug builds: heap_check (gc/check.h) asks it about every object. */
#ifndef OBJECT_CHECK_H
#define OBJECT_CHECK_H
#include "gc/object.h"
/* Asserts the invariants that the object's type has a function for, and those of its attributes. Runs no Python code. Cost: what it holds. */
void object_check_valid(const Object *);
#endif
