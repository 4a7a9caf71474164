/* socket_parts.h -- inside of _socket. Source: docs.python.org/3.11/library/socket.html. */
#ifndef SOCKET_SOCKET_PARTS_H
#define SOCKET_SOCKET_PARTS_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "gc/event.h"
#include "gc/heap.h"
#include "interp/modules/arg.h"
#include "interp/object/attr.h"
#include "interp/object/bytes.h"
#include "interp/object/class.h"
#include "interp/object/exception.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/thread.h"

typedef union Address { struct sockaddr any; struct sockaddr_in in; struct sockaddr_in6 in6; struct sockaddr_un un; struct sockaddr_storage room; } Address;
/* An address tuple of `family` as a sockaddr; `function` words the errors. Resolves host names. */
must_use bool address_parse(Value v, int family, const char *function, Address *a, socklen_t *len);
must_use Value address_value(const Address *a, socklen_t len);
extern Value socket_herror_class, socket_gaierror_class;
extern const Method socket_name_functions[];
extern const IntRow socket_constants[];
extern const size_t socket_n_constants;
#endif
