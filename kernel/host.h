/* host.h -- the Host that the kernel gives the interpreter. */
#ifndef KERNEL_HOST_H
#define KERNEL_HOST_H

#include "interp/interp.h"

extern const Host kernel_host;

#endif
