/* unwind.h -- leaving blocks early: return, break, continue. */
#ifndef COMPILE_UNWIND_H
#define COMPILE_UNWIND_H
#include "interp/compile/visit.h"
StmtRule return_stmt, break_stmt, continue_stmt;
#endif
