/* comprehension.h -- list, set, dict comprehensions (compiled into the code around them where they may be, PEP 709), generator expressions. */
#ifndef COMPILE_COMPREHENSION_H
#define COMPILE_COMPREHENSION_H
#include "interp/compile/visit.h"
ExprRule comprehension_to;
#endif
