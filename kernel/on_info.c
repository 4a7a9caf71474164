/* on_info.c -- who we are: kernel_info_request, connect_request. */
#include <string.h>

#include "kernel/info.h"
#include "kernel/request.h"
#include "kernel/session.h"

/* Before the interpreter has found its library: that of the language. */
static const char *python_version(void)
{
    const char *version = interp_version();
    return version ? version : "3.11";
}

static void put_language(Buf *out)
{
    buf_string(out, "\"language_info\": {\"name\": \"python\", \"version\": ");
    json_put_cstring(out, python_version());
    buf_string(out, ", \"mimetype\": \"text/x-python\", \"codemirror_mode\": {\"name\": \"ipython\", \"version\": 3}, "
                    "\"pygments_lexer\": \"ipython3\", \"nbconvert_exporter\": \"python\", \"file_extension\": \".py\"}");
}

bool on_kernel_info(Request *request)
{
    Buf *out = &request->reply, banner = { 0 };
    buf_printf(&banner, "Ouro %s, a Python %s kernel whose memory you can see: %%mem, %%whos, %%leaks.\nType obj? for help on "
               "an object, %%lsmagic for the magics.\n", INFO_VERSION, python_version());
    buf_string(out, "{\"status\": \"ok\", \"protocol_version\": \"" PROTOCOL_VERSION "\", \"implementation\": \"ouro\", "
                    "\"implementation_version\": \"" INFO_VERSION "\", ");
    put_language(out);
    buf_string(out, ", \"banner\": ");
    json_put_string(out, banner.at, banner.len);
    buf_string(out, ", \"help_links\": [{\"text\": \"Python Reference\", \"url\": \"https://docs.python.org/3.11/\"}, "
                    "{\"text\": \"IPython Reference\", \"url\": \"https://ipython.readthedocs.io/en/stable/\"}], "
                    "\"supported_features\": [], \"debugger\": false}");
    buf_free(&banner);
    return true;
}

bool on_connect(Request *request)
{
    const Connection *connection = info_connection();
    Buf *out = &request->reply;
    buf_string(out, "{\"status\": \"ok\"");
    for (int c = 0; c < N_CHANNELS; c++)
        buf_printf(out, ", \"%s_port\": %d", channel_names[c], connection->ports[c]);
    return buf_char(out, '}');
}
