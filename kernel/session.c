/* session.c -- see session.h */
#include "kernel/session.h"

#include <pthread.h>
#include <pwd.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const Wire *wire_used;
static char id[37];
static char username[64];
static _Atomic uint64_t n_messages;

static _Thread_local Parent *served;
static Parent *cell;                                          /* the latest one; retained */
static pthread_mutex_t cell_lock = PTHREAD_MUTEX_INITIALIZER;

static void choose_username(void)
{
    const char *name = getenv("USER");
    if (!name || !*name)
        name = getenv("LOGNAME");
    size_t len = 0;
    for (; name && name[len] && len < sizeof username - 1; len++) /* it stands in JSON as it is */
        username[len] = name[len] < 0x20 || name[len] == '"' || name[len] == '\\' || name[len] == 0x7f ? '_' : name[len];
    if (!len)
        snprintf(username, sizeof username, "username");
}

void session_start(const Wire *wire)
{
    unsigned char bytes[16];
    randombytes_buf(bytes, sizeof bytes);
    bytes[6] = (bytes[6] & 0x0F) | 0x40; /* a version 4 UUID, RFC 9562 */
    bytes[8] = (bytes[8] & 0x3F) | 0x80;
    char hex[33];
    sodium_bin2hex(hex, sizeof hex, bytes, sizeof bytes);
    snprintf(id, sizeof id, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
    choose_username();
    wire_used = wire;
}

const char *session_id(void)
{
    return id;
}

void session_now(char out[SESSION_DATE_ROOM])
{
    struct timespec now;
    struct tm parts;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    size_t len = strftime(out, SESSION_DATE_ROOM, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(out + len, SESSION_DATE_ROOM - len, ".%06ldZ", now.tv_nsec / 1000 % 1000000);
}

Parent *session_serve(Parent *parent)
{
    Parent *before = served;
    served = parent;
    return before;
}

void session_cell(Parent *parent)
{
    pthread_mutex_lock(&cell_lock);
    Parent *before = cell;
    cell = parent_retain(parent);
    pthread_mutex_unlock(&cell_lock);
    parent_release(before);
}

Parent *session_parent(void)
{
    if (served)
        return parent_retain(served);
    pthread_mutex_lock(&cell_lock);
    Parent *parent = parent_retain(cell);
    pthread_mutex_unlock(&cell_lock);
    return parent;
}

static void put_header(Buf *out, const char *type)
{
    char date[SESSION_DATE_ROOM];
    session_now(date);
    uint64_t number = atomic_fetch_add(&n_messages, 1);
    buf_printf(out, "{\"msg_id\": \"%s_%ld_%llu\", \"msg_type\": \"%s\", \"session\": \"%s\", \"username\": \"%s\", "
                    "\"date\": \"%s\", \"version\": \"" PROTOCOL_VERSION "\"}",
               id, (long)getpid(), (unsigned long long)number, type, id, username, date);
}

static bool put_idents(Outgoing *outgoing, const char *type, const Parent *parent)
{
    if (outgoing->channel == CHANNEL_IOPUB) {
        char topic[160];
        int len = snprintf(topic, sizeof topic, "kernel.%s.%s", id, type);
        return frame_copy(&outgoing->frames[0], topic, len < (int)sizeof topic ? (size_t)len : sizeof topic - 1);
    }
    bool ok = true;
    for (size_t i = 0; ok && parent && i < parent->n_idents; i++)
        ok = frame_copy(&outgoing->frames[i], parent->idents[i].data, parent->idents[i].len);
    return ok;
}

/* The four JSON frames behind `at[1]` and their signature in `at[0]`. */
static bool put_body(Frame *at, const char *type, const Parent *parent, Text metadata, Text content)
{
    Buf texts[4] = { { 0 } };
    put_header(&texts[0], type);
    if (parent)
        json_put_raw(&texts[1], parent->header.data, parent->header.len);
    else
        buf_string(&texts[1], "{}");
    json_put_raw(&texts[2], metadata.data, metadata.len);
    json_put_raw(&texts[3], content.data, content.len);
    bool ok = true;
    Text parts[4];
    for (int i = 0; i < 4; i++) {
        ok &= (at[i + 1].data = buf_detach(&texts[i], &at[i + 1].len)) != NULL;
        parts[i] = (Text){ at[i + 1].data, at[i + 1].len };
    }
    return ok && wire_sign(wire_used, parts, &at[0]);
}

Outgoing *session_compose(Channel channel, const char *type, const Parent *parent, Text metadata, Text content,
                          const Text *buffers, size_t n_buffers)
{
    size_t n_idents = channel == CHANNEL_IOPUB ? 1 : parent ? parent->n_idents : 0;
    Outgoing *outgoing = outgoing_new(channel, n_idents + 6 + n_buffers);
    if (!outgoing)
        return NULL;
    Frame *at = outgoing->frames + n_idents;
    bool ok = put_idents(outgoing, type, parent) && frame_copy(at, WIRE_DELIMITER, sizeof WIRE_DELIMITER - 1)
              && put_body(at + 1, type, parent, metadata, content);
    for (size_t i = 0; ok && i < n_buffers; i++)
        ok = frame_copy(at + 6 + i, buffers[i].data, buffers[i].len);
    for (size_t i = 0; i < outgoing->n; i++)
        outgoing->bytes += outgoing->frames[i].len;
    if (ok)
        return outgoing;
    outgoing_free(outgoing);
    return NULL;
}

Text session_message_id(const Outgoing *outgoing)
{
    static const char start[] = "{\"msg_id\": \"";
    for (size_t i = 0; i < outgoing->n; i++) {
        const Frame *frame = &outgoing->frames[i];
        if (frame->len > sizeof start && memcmp(frame->data, start, sizeof start - 1) == 0) {
            const char *at = frame->data + sizeof start - 1;
            return (Text){ at, strcspn(at, "\"") };
        }
    }
    return (Text){ "", 0 };
}
