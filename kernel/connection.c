/* connection.c -- see connection.h */
#include "kernel/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interp/base/buf.h"
#include "kernel/json.h"

const char *const channel_names[N_CHANNELS] = { "shell", "control", "stdin", "iopub", "hb" };

enum { FILE_LIMIT = 1 << 20, CURVE_TEXT = 40 };

/* Text in guarded memory, NUL-terminated. */
static void *guard(const char *text, size_t len)
{
    char *copy = sodium_malloc(len + 1);
    if (copy) {
        memcpy(copy, text, len);
        copy[len] = '\0';
    }
    return copy;
}

static bool read_file(const char *path, Buf *out, char *why, size_t room)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        snprintf(why, room, "cannot open connection file %s: %s", path, strerror(errno));
        return false;
    }
    ssize_t got = 1;
    while (got > 0 && out->len < FILE_LIMIT && buf_reserve(out, 4096)) {
        got = read(fd, out->at + out->len, 4096);
        if (got > 0)
            out->len += (size_t)got;
    }
    close(fd);
    if (got != 0 || out->failed) {
        snprintf(why, room, "cannot read connection file %s", path);
        return false;
    }
    return true;
}

static bool take_ports(Connection *connection, char *why, size_t room)
{
    for (int c = 0; c < N_CHANNELS; c++) {
        char name[32];
        snprintf(name, sizeof name, "%s_port", channel_names[c]);
        long long port = json_get_int(connection->file, name, 0);
        if (port < 0 || port > (connection->ipc ? 1000000000 : 65535)) {
            snprintf(why, room, "%s: %s is out of range", connection->path, name);
            return false;
        }
        connection->ports[c] = (int)port;
        connection->chosen |= port == 0;
    }
    return true;
}

static bool take_curve(Connection *connection, char *why, size_t room)
{
    Text public = json_get_text(connection->file, "curve_publickey");
    Text secret = json_get_text(connection->file, "curve_secretkey");
    if (!public.len && !secret.len)
        return true;
    if (public.len != CURVE_TEXT || secret.len != CURVE_TEXT) {
        snprintf(why, room, "%s: curve_publickey and curve_secretkey must both be there, %d characters each",
                 connection->path, CURVE_TEXT);
        return false;
    }
    connection->curve_public = strdup(public.data);
    connection->curve_secret = guard(secret.data, secret.len);
    return connection->curve_public && connection->curve_secret;
}

static bool take_fields(Connection *connection, char *why, size_t room)
{
    const char *transport = json_get_cstring(connection->file, "transport", "tcp");
    connection->ipc = strcmp(transport, "ipc") == 0;
    if (!connection->ipc && strcmp(transport, "tcp") != 0) {
        snprintf(why, room, "%s: unknown transport \"%.40s\"", connection->path, transport);
        return false;
    }
    connection->ip = strdup(json_get_cstring(connection->file, "ip", connection->ipc ? "kernel-ipc" : "127.0.0.1"));
    connection->scheme = strdup(json_get_cstring(connection->file, "signature_scheme", "hmac-sha256"));
    Text key = json_get_text(connection->file, "key");
    connection->key = guard(key.data, key.len);
    connection->key_len = key.len;
    if (!connection->ip || !connection->scheme || !connection->key) {
        snprintf(why, room, "out of memory");
        return false;
    }
    return take_ports(connection, why, room) && take_curve(connection, why, room);
}

bool connection_read(Connection *connection, const char *path, char *why, size_t room)
{
    *connection = (Connection){ .path = strdup(path) };
    Buf text = { 0 };
    if (!connection->path || !read_file(path, &text, why, room)) {
        buf_free(&text);
        return false;
    }
    const char *reason = "not JSON";
    connection->file = json_read(buf_text(&text), text.len, &reason);
    sodium_memzero(text.at, text.cap);
    buf_free(&text);
    if (!json_is_object(connection->file)) {
        snprintf(why, room, "connection file %s: %s", path, connection->file ? "not an object" : reason);
        return false;
    }
    bool ok = take_fields(connection, why, room);
    json_object_del(connection->file, "key");
    json_object_del(connection->file, "curve_secretkey");
    return ok;
}

bool connection_invent(Connection *connection, const char *path, char *why, size_t room)
{
    unsigned char bytes[16];
    char key[33];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(key, sizeof key, bytes, sizeof bytes);
    *connection = (Connection){ .path = strdup(path), .file = json_object(), .ip = strdup("127.0.0.1"),
                                .scheme = strdup("hmac-sha256"), .key = guard(key, 32), .key_len = 32, .chosen = true };
    sodium_memzero(key, sizeof key);
    if (connection->path && connection->file && connection->ip && connection->scheme && connection->key)
        return true;
    snprintf(why, room, "out of memory");
    return false;
}

/* The file's text: what was in it, the ports in use, the secrets. */
static void render(const Connection *connection, Buf *out)
{
    json_t *file = json_copy(connection->file);
    for (int c = 0; c < N_CHANNELS; c++) {
        char name[32];
        snprintf(name, sizeof name, "%s_port", channel_names[c]);
        json_object_set_new(file, name, json_integer(connection->ports[c]));
    }
    json_object_set_new(file, "transport", json_string(connection->ipc ? "ipc" : "tcp"));
    json_object_set_new(file, "ip", json_string(connection->ip));
    json_object_set_new(file, "signature_scheme", json_string(connection->scheme));
    json_put_value(out, file);
    json_decref(file);
    if (!out->failed && out->len)
        out->len--; /* the closing brace */
    buf_string(out, ", \"key\": ");
    json_put_string(out, (const char *)connection->key, connection->key_len);
    if (connection->curve_secret) {
        buf_string(out, ", \"curve_secretkey\": ");
        json_put_cstring(out, connection->curve_secret);
    }
    buf_string(out, "}\n");
}

bool connection_write(const Connection *connection)
{
    Buf text = { 0 }, temporary = { 0 };
    render(connection, &text);
    buf_printf(&temporary, "%s.%ld.tmp", connection->path, (long)getpid());
    bool ok = !text.failed && !temporary.failed;
    int fd = ok ? open(buf_text(&temporary), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
    if (fd >= 0) {
        ok = fchmod(fd, 0600) == 0 && write(fd, text.at, text.len) == (ssize_t)text.len;
        ok = close(fd) == 0 && ok;
        ok = ok && rename(buf_text(&temporary), connection->path) == 0;
        if (!ok)
            unlink(buf_text(&temporary));
    } else {
        ok = false;
    }
    if (text.at)
        sodium_memzero(text.at, text.cap);
    buf_free(&text);
    buf_free(&temporary);
    return ok;
}

void connection_endpoint(const Connection *connection, Channel c, char *out, size_t room)
{
    if (connection->ipc)
        snprintf(out, room, "ipc://%s-%d", connection->ip, connection->ports[c]);
    else if (connection->ports[c])
        snprintf(out, room, "tcp://%s:%d", connection->ip, connection->ports[c]);
    else
        snprintf(out, room, "tcp://%s:*", connection->ip);
}

void connection_remove_sockets(const Connection *connection)
{
    for (int c = 0; connection->ipc && c < N_CHANNELS; c++) {
        char name[4200];
        snprintf(name, sizeof name, "%s-%d", connection->ip, connection->ports[c]);
        unlink(name);
    }
}

void connection_remove(const Connection *connection)
{
    connection_remove_sockets(connection);
    unlink(connection->path);
}

