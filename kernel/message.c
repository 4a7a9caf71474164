/* message.c -- see message.h */
#include "kernel/message.h"

#include <stdlib.h>
#include <string.h>

const Row message_rows[] = {
#define MESSAGE(type, reply, lane, handler) { type, reply, lane },
#include "kernel/messages.def"
#undef MESSAGE
};

int message_row(const char *type)
{
    for (size_t i = 0; i < sizeof message_rows / sizeof *message_rows; i++)
        if (strcmp(message_rows[i].type, type) == 0)
            return (int)i;
    return -1;
}

bool frame_copy(Frame *frame, const void *data, size_t len)
{
    frame->data = malloc(len + 1);
    if (!frame->data)
        return false;
    if (len)
        memcpy(frame->data, data, len);
    frame->data[len] = '\0';
    frame->len = len;
    return true;
}

void frames_free(Frame *frames, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(frames[i].data);
    free(frames);
}

Parent *parent_retain(Parent *parent)
{
    if (parent)
        atomic_fetch_add(&parent->refs, 1);
    return parent;
}

void parent_release(Parent *parent)
{
    if (!parent || atomic_fetch_sub(&parent->refs, 1) != 1)
        return;
    free(parent->header.data);
    frames_free(parent->idents, parent->n_idents);
    free(parent);
}

void message_free(Message *message)
{
    if (!message)
        return;
    json_decref(message->header_json);
    json_decref(message->content_json);
    json_decref(message->metadata_json);
    frames_free(message->frames, message->n_frames);
    free(message);
}

Parent *message_parent(const Message *message)
{
    Parent *parent = calloc(1, sizeof *parent);
    if (!parent)
        return NULL;
    parent->refs = 1;
    parent->channel = message->channel;
    parent->idents = calloc(message->n_idents + 1, sizeof *parent->idents);
    bool ok = parent->idents && frame_copy(&parent->header, message->header->data, message->header->len);
    for (size_t i = 0; ok && i < message->n_idents; i++) {
        ok = frame_copy(&parent->idents[i], message->frames[i].data, message->frames[i].len);
        parent->n_idents += ok;
    }
    if (ok)
        return parent;
    parent_release(parent);
    return NULL;
}

Outgoing *outgoing_new(Channel channel, size_t n)
{
    Outgoing *outgoing = calloc(1, sizeof *outgoing + n * sizeof *outgoing->frames);
    if (outgoing) {
        outgoing->channel = channel;
        outgoing->n = n;
    }
    return outgoing;
}

void outgoing_free(Outgoing *outgoing)
{
    if (!outgoing)
        return;
    for (size_t i = 0; i < outgoing->n; i++)
        free(outgoing->frames[i].data);
    free(outgoing);
}
