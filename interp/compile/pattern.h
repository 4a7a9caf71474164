/* pattern.h -- match statements. */
#ifndef COMPILE_PATTERN_H
#define COMPILE_PATTERN_H
#include "interp/compile/visit.h"
StmtRule match_stmt;
#endif
