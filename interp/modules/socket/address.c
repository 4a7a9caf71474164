/* address.c -- addresses as Python writes them, and names of hosts, services and interfaces. */
#include "interp/modules/socket/socket_parts.h"
#include "interp/object/audit.h"

#include <arpa/inet.h>
#include <limits.h>
#include <net/if.h>
#include <stddef.h>
#include <stdio.h>

Value socket_herror_class = UNBOUND_INIT, socket_gaierror_class = UNBOUND_INIT;

static Value raise_pair(Value type, int number, const char *text)
{
    own Value i = int_value(number), s = str_from(text), error = is_error(s) ? ERROR : call2(type, i, s);
    if (!is_error(error))
        exception_raise_take(give(error));
    return ERROR;
}
/* ERROR with socket.gaierror or OSError. */
static Value name_error(int code)
{
    if (code == EAI_SYSTEM)
        return arg_os_error(UNBOUND);
    return raise_pair(socket_gaierror_class, code, gai_strerror(code));
}
static Value host_error(int code) { return raise_pair(socket_herror_class, code, hstrerror(code)); }

/* A host name as bytes for the resolver: str by IDNA when it is not ASCII. Owned bytes. */
static Value host_bytes(Value v)
{
    if (bytes_check(v) || bytearray_check(v))
        return bytes_check(v) ? retain(v) : bytes_new(bytearray_data(as_bytearray(v)), as_bytearray(v)->len);
    if (!str_check(v))
        return raise(TypeError, "str, bytes or bytearray expected, not %T", v);
    if (as_str(v)->ascii)
        return bytes_new(as_str(v)->u.c1, str_len(v));
    return call_method1(v, "encode", str_name_peek("idna"));
}
static bool host_arg(Value v, Value *owner, const char **text)
{
    *owner = host_bytes(v);
    if (is_error(*owner))
        return false;
    *text = (const char *)as_bytes(*owner)->data;
    return strlen(*text) == as_bytes(*owner)->len || raise_false(TypeError, "host name must not contain null character");
}

/* One address for a host name: "" any, "<broadcast>", digits, or what the resolver says first. */
static bool resolve(const char *name, int family, Address *a, socklen_t *len)
{
    memset(a, 0, sizeof *a);
    a->any.sa_family = (sa_family_t)family;
    *len = family == AF_INET6 ? sizeof a->in6 : sizeof a->in;
    if (!*name) {
        if (family == AF_INET6)
            a->in6.sin6_addr = in6addr_any;
        return true;
    }
    if (strcmp(name, "<broadcast>") == 0 || strcmp(name, "255.255.255.255") == 0) {
        if (family != AF_INET && family != AF_UNSPEC)
            return raise_false(OSError, "address family mismatched");
        a->in.sin_addr.s_addr = INADDR_BROADCAST;
        return true;
    }
    if (family == AF_INET && inet_pton(AF_INET, name, &a->in.sin_addr) == 1)
        return true;
    if (family == AF_INET6 && !strchr(name, '%') && inet_pton(AF_INET6, name, &a->in6.sin6_addr) == 1)
        return true;
    struct addrinfo hints = { .ai_family = family }, *found = NULL;
    int code;
    BLOCKING(code = getaddrinfo(name, NULL, &hints, &found));
    if (code)
        return is_error(name_error(code)) && false;
    memcpy(a, found->ai_addr, found->ai_addrlen < sizeof *a ? found->ai_addrlen : sizeof *a);
    *len = found->ai_addrlen;
    freeaddrinfo(found);
    return true;
}

static bool port_arg(Value v, const char *function, uint16_t *port)
{
    int i;
    if (!arg_int(v, 0, &i))
        return error_is(OverflowError) ? raise_false(OverflowError, "%s(): port must be 0-65535.", function) : false;
    *port = (uint16_t)i;
    return (i >= 0 && i <= 65535) || raise_false(OverflowError, "%s(): port must be 0-65535.", function);
}
static bool parse_in(Value v, const char *function, Address *a, socklen_t *len)
{
    own Value owner = UNBOUND;
    const char *host;
    uint16_t port;
    if (!tuple_check(v))
        return raise_false(TypeError, "%s(): AF_INET address must be tuple, not %.500T", function, v);
    if (tuple_len(v) != 2)
        return raise_false(TypeError, "AF_INET address must be a pair (host, post)");
    if (!host_arg(tuple_peek(v, 0), &owner, &host) || !port_arg(tuple_peek(v, 1), function, &port) || !resolve(host, AF_INET, a, len))
        return false;
    a->in.sin_port = htons(port);
    return true;
}
static bool parse_in6(Value v, const char *function, Address *a, socklen_t *len)
{
    own Value owner = UNBOUND;
    const char *host;
    uint16_t port;
    uint32_t flow = 0, scope = 0;
    if (!tuple_check(v))
        return raise_false(TypeError, "%s(): AF_INET6 address must be tuple, not %.500T", function, v);
    uint64_t n = tuple_len(v);
    if (n < 2 || n > 4)
        return raise_false(TypeError, "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])");
    if (!host_arg(tuple_peek(v, 0), &owner, &host) || !port_arg(tuple_peek(v, 1), function, &port) || (n > 2 && !arg_u32(tuple_peek(v, 2), 0, &flow)) ||
        (n > 3 && !arg_u32(tuple_peek(v, 3), 0, &scope)))
        return false;
    if (flow > 0xfffff)
        return raise_false(OverflowError, "%s(): flowinfo must be 0-1048575.", function);
    if (!resolve(host, AF_INET6, a, len))
        return false;
    a->in6.sin6_port = htons(port);
    a->in6.sin6_flowinfo = htonl(flow);
    if (n > 3)
        a->in6.sin6_scope_id = scope;
    return true;
}
static bool parse_un(Value v, Address *a, socklen_t *len)
{
    Buffer b;
    own Value owner = str_check(v) ? fs_encode(v) : retain(v);
    if (is_error(owner) || !buffer_bytes(owner, &b))
        return false;
    size_t n = (size_t)b.len_bytes;
    memset(a, 0, sizeof *a);
    a->un.sun_family = AF_UNIX;
    bool abstract = n > 0 && ((const char *)b.data)[0] == 0, good = n + !abstract <= sizeof a->un.sun_path;
    if (good)
        memcpy(a->un.sun_path, b.data, n);
    *len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (abstract || n == 0 ? 0 : 1));
    buffer_release(&b);
    return good || raise_false(OSError, "AF_UNIX path too long");
}
bool address_parse(Value v, int family, const char *function, Address *a, socklen_t *len)
{
    switch (family) {
    case AF_INET: return parse_in(v, function, a, len);
    case AF_INET6: return parse_in6(v, function, a, len);
    case AF_UNIX: return parse_un(v, a, len);
    default: return raise_false(OSError, "%s(): bad family", function);
    }
}

/* The host as digits. */
static Value ip_value(const struct sockaddr *a, socklen_t len)
{
    char text[NI_MAXHOST];
    int code = getnameinfo(a, len, text, sizeof text, NULL, 0, NI_NUMERICHOST);
    return code ? name_error(code) : str_from(text);
}
Value address_value(const Address *a, socklen_t len)
{
    if (len == 0)
        return NONE;
    switch (a->any.sa_family) {
    case AF_INET: {
        own Value host = ip_value(&a->any, sizeof a->in);
        return is_error(host) ? ERROR : tuple_of2(host, int_value(ntohs(a->in.sin_port)));
    }
    case AF_INET6: {
        Value host = ip_value(&a->any, sizeof a->in6);
        if (is_error(host))
            return ERROR;
        Value v[4] = { host, int_value(ntohs(a->in6.sin6_port)), int_value(ntohl(a->in6.sin6_flowinfo)), int_value(a->in6.sin6_scope_id) };
        return tuple_from_take(v, 4);
    }
    case AF_UNIX: {
        size_t n = len > offsetof(struct sockaddr_un, sun_path) ? len - offsetof(struct sockaddr_un, sun_path) : 0;
        if (n > 0 && a->un.sun_path[0] == 0)
            return bytes_new(a->un.sun_path, n);
        return fs_decode(a->un.sun_path, strnlen(a->un.sun_path, n));
    }
    default: {
        own Value bytes = bytes_new(a->any.sa_data, len > 2 ? len - 2 : 0);
        return is_error(bytes) ? ERROR : tuple_of2(int_value(a->any.sa_family), bytes);
    }
    }
}

/* --- names of hosts ------------------------------------------------------------------------------------------------------------------------ */
static Value s_gethostbyname(Value *args, size_t n)
{
    if (!audit1("socket.gethostbyname", args[0]))
        return ERROR;
    own Value owner = UNBOUND;
    const char *host;
    Address a;
    socklen_t len;
    return host_arg(args[0], &owner, &host) && resolve(host, AF_INET, &a, &len) ? ip_value(&a.any, len) : ERROR;
}
static Value host_value(const struct hostent *h)
{
    own Value aliases = list_new(0), addresses = list_new(0), name = fs_decode(h->h_name, strlen(h->h_name));
    if (is_error(aliases) || is_error(addresses) || is_error(name))
        return ERROR;
    for (char **alias = h->h_aliases; alias && *alias; alias++)
        if (!list_append_take(aliases, fs_decode(*alias, strlen(*alias))))
            return ERROR;
    for (char **at = h->h_addr_list; at && *at; at++) {
        char text[INET6_ADDRSTRLEN];
        if (!inet_ntop(h->h_addrtype, *at, text, sizeof text) || !list_append_take(addresses, str_from(text)))
            return error_pending() ? ERROR : arg_os_error(UNBOUND);
    }
    return tuple_of3(name, aliases, addresses);
}
static Value s_gethostbyname_ex(Value *args, size_t n)
{
    if (!audit1("socket.gethostbyname", args[0]))
        return ERROR;
    own Value owner = UNBOUND;
    const char *host;
    struct hostent room, *found = NULL;
    char scratch[16384];
    int code = 0;
    if (!host_arg(args[0], &owner, &host))
        return ERROR;
    BLOCKING(gethostbyname2_r(host, AF_INET, &room, scratch, sizeof scratch, &found, &code));
    return found ? host_value(found) : host_error(code);
}
static Value s_gethostbyaddr(Value *args, size_t n)
{
    if (!audit1("socket.gethostbyaddr", args[0]))
        return ERROR;
    own Value owner = UNBOUND;
    const char *host;
    Address a;
    socklen_t len;
    struct hostent room, *found = NULL;
    char scratch[16384];
    int code = 0;
    if (!host_arg(args[0], &owner, &host) || !resolve(host, AF_UNSPEC, &a, &len))
        return ERROR;
    bool six = a.any.sa_family == AF_INET6;
    const void *raw = six ? (void *)&a.in6.sin6_addr : (void *)&a.in.sin_addr;
    BLOCKING(gethostbyaddr_r(raw, six ? 16 : 4, a.any.sa_family, &room, scratch, sizeof scratch, &found, &code));
    return found ? host_value(found) : host_error(code);
}
static Value s_gethostname(Value *args, size_t n)
{
    if (!audit0("socket.gethostname"))
        return ERROR;
    char name[1024];
    return gethostname(name, sizeof name - 1) < 0 ? arg_os_error(UNBOUND) : fs_decode(name, strlen(name));
}
static Value s_sethostname(Value *args, size_t n)
{
    PathArg name;
    Value v = ERROR;
    if (path_arg(args[0], "sethostname", "name", 0, &name))
        v = sethostname(name.text, strlen(name.text)) < 0 ? arg_os_error(UNBOUND) : NONE;
    path_free(&name);
    return v;
}

static Value infos(const struct addrinfo *list)
{
    own Value all = list_new(0);
    for (; !is_error(all) && list; list = list->ai_next) {
        Address a = { 0 };
        memcpy(&a, list->ai_addr, list->ai_addrlen < sizeof a ? list->ai_addrlen : sizeof a);
        Value v[5] = { int_value(list->ai_family), int_value(list->ai_socktype), int_value(list->ai_protocol), str_from(list->ai_canonname ? list->ai_canonname : ""), address_value(&a, list->ai_addrlen) };
        if (!list_append_take(all, tuple_from_take(v, 5)))
            return ERROR;
    }
    return give(all);
}
static Value s_getaddrinfo(Value *args, size_t n)
{
    own Value host_owner = UNBOUND, port_owner = UNBOUND;
    const char *host = NULL, *port = NULL;
    struct addrinfo hints = { 0 }, *found = NULL;
    int code;
    Value told[5] = { args[0], args[1], audit_or(args[2], small_int_value(0)), audit_or(args[3], small_int_value(0)), audit_or(args[4], small_int_value(0)) };
    if (!audit("socket.getaddrinfo", told, 5))
        return ERROR;
    if (!arg_int(args[2], 0, &hints.ai_family) || !arg_int(args[3], 0, &hints.ai_socktype) || !arg_int(args[4], 0, &hints.ai_protocol) || !arg_int(args[5], 0, &hints.ai_flags))
        return ERROR;
    if (str_check(args[0]) || bytes_check(args[0])) {
        if (!host_arg(args[0], &host_owner, &host))
            return ERROR;
    } else if (!is_none(args[0])) {
        return raise(TypeError, "getaddrinfo() argument 1 must be string or None");
    }
    if (int_check(args[1])) {
        int64_t number;
        if (!arg_i64(args[1], 0, &number))
            return ERROR;
        port_owner = str_format("%lld", (long long)number);
        port = is_error(port_owner) ? NULL : str_utf8_peek(port_owner, NULL);
    } else if (str_check(args[1])) {
        port = str_utf8_peek(args[1], NULL);
    } else if (bytes_check(args[1])) {
        port = (const char *)as_bytes(args[1])->data;
    } else if (!is_none(args[1])) {
        return raise(OSError, "Int or String expected");
    }
    if (error_pending())
        return ERROR;
    BLOCKING(code = getaddrinfo(host, port, &hints, &found));
    if (code)
        return name_error(code);
    Value v = infos(found);
    freeaddrinfo(found);
    return v;
}
static Value s_getnameinfo(Value *args, size_t n)
{
    int flags, port, code;
    uint32_t flow = 0, scope = 0;
    if (!arg_int(args[1], 0, &flags))
        return ERROR;
    if (!tuple_check(args[0]))
        return raise(TypeError, "getnameinfo() argument 1 must be a tuple");
    if (tuple_len(args[0]) < 2 || tuple_len(args[0]) > 4 || !str_check(tuple_peek(args[0], 0)))
        return raise(TypeError, "getnameinfo(): illegal sockaddr argument");
    const char *host = str_utf8_peek(tuple_peek(args[0], 0), NULL);
    if (!host || !arg_int(tuple_peek(args[0], 1), 0, &port) || (tuple_len(args[0]) > 2 && !arg_u32(tuple_peek(args[0], 2), 0, &flow)) || (tuple_len(args[0]) > 3 && !arg_u32(tuple_peek(args[0], 3), 0, &scope)))
        return ERROR;
    if (flow > 0xfffff)
        return raise(OverflowError, "getnameinfo(): flowinfo must be 0-1048575.");
    struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST }, *found = NULL;
    char port_text[16], host_name[NI_MAXHOST], service[NI_MAXSERV];
    snprintf(port_text, sizeof port_text, "%d", port);
    BLOCKING(code = getaddrinfo(host, port_text, &hints, &found));
    if (code)
        return name_error(code);
    Value v = ERROR;
    if (found->ai_next) {
        error_set(OSError, "sockaddr resolved to multiple addresses");
    } else {
        if (found->ai_family == AF_INET6) {
            ((struct sockaddr_in6 *)found->ai_addr)->sin6_flowinfo = htonl(flow);
            ((struct sockaddr_in6 *)found->ai_addr)->sin6_scope_id = scope;
        }
        BLOCKING(code = getnameinfo(found->ai_addr, found->ai_addrlen, host_name, sizeof host_name, service, sizeof service, flags));
        own Value a = code ? name_error(code) : str_from(host_name), b = code ? ERROR : str_from(service);
        v = is_error(a) || is_error(b) ? ERROR : tuple_of2(a, b);
    }
    freeaddrinfo(found);
    return v;
}

/* --- services, protocols, interfaces ----------------------------------------------------------------------------------------------------------- */
static Value s_getservbyname(Value *args, size_t n)
{
    const char *name, *protocol;
    if (!arg_text(args[0], "getservbyname", "1", false, &name) || !arg_text(args[1], "getservbyname", "2", true, &protocol))
        return ERROR;
    const struct servent *s = getservbyname(name, protocol);
    return s ? int_value(ntohs((uint16_t)s->s_port)) : raise(OSError, "service/proto not found");
}
static Value s_getservbyport(Value *args, size_t n)
{
    int port;
    const char *protocol;
    if (!arg_int(args[0], 0, &port) || !arg_text(args[1], "getservbyport", "2", true, &protocol))
        return ERROR;
    if (port < 0 || port > 65535)
        return raise(OverflowError, "getservbyport: port must be 0-65535.");
    const struct servent *s = getservbyport(htons((uint16_t)port), protocol);
    return s ? str_from(s->s_name) : raise(OSError, "port/proto not found");
}
static Value s_getprotobyname(Value *args, size_t n)
{
    const char *name;
    if (!arg_text(args[0], "getprotobyname", "1", false, &name))
        return ERROR;
    const struct protoent *p = getprotobyname(name);
    return p ? int_value(p->p_proto) : raise(OSError, "protocol not found");
}
static Value s_if_nameindex(Value *args, size_t n)
{
    struct if_nameindex *all = if_nameindex();
    if (!all)
        return arg_os_error(UNBOUND);
    own Value list = list_new(0);
    for (struct if_nameindex *i = all; !is_error(list) && i->if_name; i++) {
        own Value name = fs_decode(i->if_name, strlen(i->if_name));
        if (is_error(name) || !list_append_take(list, tuple_of2(int_value(i->if_index), name)))
            set_slot(&list, ERROR);
    }
    if_freenameindex(all);
    return give(list);
}
static Value s_if_nametoindex(Value *args, size_t n)
{
    PathArg name;
    Value v = ERROR;
    if (path_arg(args[0], "if_nametoindex", "name", 0, &name)) {
        unsigned index = if_nametoindex(name.text);
        v = index ? int_value(index) : raise(OSError, "no interface with this name");
    }
    path_free(&name);
    return v;
}
static Value s_if_indextoname(Value *args, size_t n)
{
    uint32_t index;
    char name[IF_NAMESIZE + 1];
    if (!arg_u32(args[0], 0, &index))
        return ERROR;
    return if_indextoname(index, name) ? fs_decode(name, strlen(name)) : arg_os_error(UNBOUND);
}

/* --- bytes of addresses ------------------------------------------------------------------------------------------------------------------------- */
static Value s_inet_aton(Value *args, size_t n)
{
    const char *text;
    struct in_addr a;
    if (!arg_text(args[0], "inet_aton", "1", false, &text))
        return ERROR;
    return inet_aton(text, &a) ? bytes_new(&a, 4) : raise(OSError, "illegal IP address string passed to inet_aton");
}
static Value s_inet_ntoa(Value *args, size_t n)
{
    Buffer b;
    char text[INET_ADDRSTRLEN];
    if (!buffer_bytes(args[0], &b))
        return ERROR;
    bool good = b.len_bytes == 4 && inet_ntop(AF_INET, b.data, text, sizeof text);
    buffer_release(&b);
    return good ? str_from(text) : raise(OSError, "packed IP wrong length");
}
static Value s_inet_pton(Value *args, size_t n)
{
    int family;
    const char *text;
    uint8_t out[16];
    if (!arg_int(args[0], 0, &family) || !arg_text(args[1], "inet_pton", "2", false, &text))
        return ERROR;
    int got = inet_pton(family, text, out);
    if (got == 0)
        return raise(OSError, "illegal IP address string passed to inet_pton");
    return got < 0 ? arg_os_error(UNBOUND) : bytes_new(out, family == AF_INET ? 4 : 16);
}
static Value s_inet_ntop(Value *args, size_t n)
{
    int family;
    Buffer b;
    char text[INET6_ADDRSTRLEN];
    if (!arg_int(args[0], 0, &family) || !buffer_bytes(args[1], &b))
        return ERROR;
    const char *wrong = family != AF_INET && family != AF_INET6 ? "unknown address family %d" : b.len_bytes != (family == AF_INET ? 4 : 16) ? "invalid length of packed IP address string" : NULL;
    bool good = !wrong && inet_ntop(family, b.data, text, sizeof text);
    buffer_release(&b);
    return wrong ? raise(ValueError, wrong, family) : good ? str_from(text) : arg_os_error(UNBOUND);
}
static Value swap(Value v, const char *name, uint64_t max, uint64_t (*fn)(uint64_t))
{
    uint64_t u;
    own Value index = obj_index(v);
    if (is_error(index))
        return ERROR;
    if (!int_to_u64(index, &u) || u > max)
        return raise(OverflowError, int_sign(index) < 0 ? max > 65535 ? "can't convert negative value to unsigned int" : "%s: can't convert negative Python int to C 16-bit unsigned integer" : max > 65535 ? "int larger than 32 bits" : "%s: Python int too large to convert to C 16-bit unsigned integer", name);
    return int_from_u64(fn(u));
}
static uint64_t swap16(uint64_t u) { return htons((uint16_t)u); }
static uint64_t swap32(uint64_t u) { return htonl((uint32_t)u); }
static Value s_htons(Value *args, size_t n) { return swap(args[0], "htons", 65535, swap16); }
static Value s_ntohs(Value *args, size_t n) { return swap(args[0], "ntohs", 65535, swap16); }
static Value s_htonl(Value *args, size_t n) { return swap(args[0], "htonl", UINT32_MAX, swap32); }
static Value s_ntohl(Value *args, size_t n) { return swap(args[0], "ntohl", UINT32_MAX, swap32); }
static Value s_cmsg(Value *args, size_t (*fn)(size_t))
{
    int64_t len;
    if (!arg_i64(args[0], 0, &len))
        return ERROR;
    return len < 0 || len > INT_MAX - 64 ? raise(OverflowError, "CMSG_LEN() argument out of range") : int_value((int64_t)fn((size_t)len));
}
static size_t cmsg_len(size_t n) { return CMSG_LEN(n); }
static size_t cmsg_space(size_t n) { return CMSG_SPACE(n); }
static Value s_CMSG_LEN(Value *args, size_t n) { return s_cmsg(args, cmsg_len); }
static Value s_CMSG_SPACE(Value *args, size_t n) { return s_cmsg(args, cmsg_space); }

#define ROW(name, signature, doc) { #name, signature, s_##name, doc }
const Method socket_name_functions[] = {
    ROW(gethostbyname, "(host, /)", "gethostbyname(host) -> address\n\nReturn the IP address (a string of the form '255.255.255.255') for a host."), ROW(gethostbyname_ex, "(host, /)", "gethostbyname_ex(host) -> (name, aliaslist, addresslist)"),
    ROW(gethostbyaddr, "(host, /)", "gethostbyaddr(host) -> (name, aliaslist, addresslist)"), ROW(gethostname, "()", "gethostname() -> string\n\nReturn the current host name."), ROW(sethostname, "(name, /)", "sethostname(name)\n\nSets the hostname to name."),
    ROW(getaddrinfo, "(host, port, family=0, type=0, proto=0, flags=0)", "getaddrinfo(host, port [, family, type, proto, flags])\n    -> list of (family, type, proto, canonname, sockaddr)\n\nResolve host and port into addrinfo struct."),
    ROW(getnameinfo, "(sockaddr, flags, /)", "getnameinfo(sockaddr, flags) --> (host, port)\n\nGet host and port for a sockaddr."), ROW(getservbyname, "(servicename, protocolname=None, /)", "getservbyname(servicename[, protocolname]) -> integer"),
    ROW(getservbyport, "(port, protocolname=None, /)", "getservbyport(port[, protocolname]) -> string"), ROW(getprotobyname, "(name, /)", "getprotobyname(name) -> integer"), ROW(if_nameindex, "()", "if_nameindex()\n\nReturns a list of network interface information (index, name) tuples."),
    ROW(if_nametoindex, "(if_name, /)", "if_nametoindex(if_name)"), ROW(if_indextoname, "(if_index, /)", "if_indextoname(if_index)"), ROW(inet_aton, "(string, /)", "inet_aton(string) -> bytes giving packed 32-bit IP representation"),
    ROW(inet_ntoa, "(packed_ip, /)", "inet_ntoa(packed_ip) -> ip_address_string"), ROW(inet_pton, "(af, ip, /)", "inet_pton(af, ip) -> packed IP address string"), ROW(inet_ntop, "(af, packed_ip, /)", "inet_ntop(af, packed_ip) -> string formatted IP address"),
    ROW(htons, "(integer, /)", "htons(integer) -> integer"), ROW(ntohs, "(integer, /)", "ntohs(integer) -> integer"), ROW(htonl, "(integer, /)", "htonl(integer) -> integer"), ROW(ntohl, "(integer, /)", "ntohl(integer) -> integer"),
    ROW(CMSG_LEN, "(length, /)", "CMSG_LEN(length) -> control message length"), ROW(CMSG_SPACE, "(length, /)", "CMSG_SPACE(length) -> buffer size"), { 0 },
};
