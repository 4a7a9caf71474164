"""Rich values and functions to show them (the interface of IPython.display)."""
import html as _html

from _ouro_display import DisplayHandle, clear_output, display, new_id, publish_display, update_display

__all__ = ["Audio", "Code", "DisplayHandle", "DisplayObject", "FileLink", "FileLinks", "GeoJSON", "HTML", "IFrame", "Image", "JSON", "Javascript", "Latex", "Markdown",
           "Math", "Pretty", "ProgressBar", "SVG", "ScribdDocument", "TextDisplayObject", "Video", "VimeoVideo", "YouTubeVideo", "clear_output", "display",
           "display_html", "display_javascript", "display_jpeg", "display_json", "display_latex", "display_markdown", "display_pdf", "display_png",
           "display_pretty", "display_svg", "publish_display_data", "update_display"]


def publish_display_data(data, metadata=None, *, transient=None, **kwargs):
    """Show a MIME bundle as it is."""
    publish_display(data, metadata, transient=transient)


def only(mime):
    """A function that shows values in one way: the text, or (raw=True) the data itself."""
    def show(*values, raw=False, metadata=None, **kwargs):
        for value in values:
            if raw:
                publish_display({mime: value}, metadata)
            else:
                display(value, include=None if mime == "text/plain" else ("text/plain", mime), exclude=("text/html",) if mime == "text/plain" else None, metadata=metadata)
    show.__name__ = show.__qualname__ = "display_" + mime.rpartition("/")[2].partition("+")[0]
    return show


display_pretty, display_html, display_markdown, display_svg = only("text/plain"), only("text/html"), only("text/markdown"), only("image/svg+xml")
display_png, display_jpeg, display_pdf = only("image/png"), only("image/jpeg"), only("application/pdf")
display_latex, display_json, display_javascript = only("text/latex"), only("application/json"), only("application/javascript")


class DisplayObject:
    """A value with one way to show it: data given, or read from a file or URL."""
    _mode = "r"

    def __init__(self, data=None, url=None, filename=None, metadata=None):
        if isinstance(data, str) and data.startswith(("http://", "https://")) and url is None:
            data, url = None, data
        self.data, self.url, self.filename, self.metadata = data, url, filename, metadata or {}
        if data is None:
            self.reload()

    def reload(self):
        if self.filename is not None:
            with open(self.filename, self._mode) as file:
                self.data = file.read()
        elif self.url is not None:
            from urllib.request import urlopen
            data = urlopen(self.url).read()
            self.data = data.decode() if self._mode == "r" else data

    def __repr__(self):
        return f"<IPython.core.display.{type(self).__name__} object>"

    def _with_metadata(self):
        return (self.data, self.metadata) if self.metadata else self.data


class TextDisplayObject(DisplayObject):
    """A DisplayObject whose data is text."""


class Pretty(TextDisplayObject):
    def __repr__(self):
        return self.data


class HTML(TextDisplayObject):
    def _repr_html_(self):
        return self._with_metadata()

    def __html__(self):
        return self.data


class Markdown(TextDisplayObject):
    def _repr_markdown_(self):
        return self._with_metadata()


class Latex(TextDisplayObject):
    def _repr_latex_(self):
        return self._with_metadata()


class Math(TextDisplayObject):
    def _repr_latex_(self):
        return f"$\\displaystyle {self.data.strip('$')}$"


class SVG(DisplayObject):
    def _repr_svg_(self):
        return self._with_metadata()


class JSON(DisplayObject):
    def __init__(self, data=None, url=None, filename=None, expanded=False, metadata=None, root="root", **kwargs):
        super().__init__(data, url, filename, {"expanded": expanded, "root": root, **(metadata or {})})
        if isinstance(self.data, str):
            import json
            self.data = json.loads(self.data)

    def _repr_json_(self):
        return self.data, self.metadata


class GeoJSON(JSON):
    """A map, where the frontend has an extension that draws it."""

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"application/geo+json": self.data, "text/plain": repr(self)}

    _repr_json_ = None


class Javascript(TextDisplayObject):
    def __init__(self, data=None, url=None, filename=None, lib=None, css=None):
        super().__init__(data, url, filename)
        self.lib = [lib] if isinstance(lib, str) else lib or []

    def _repr_javascript_(self):
        return "".join(f"$.getScript({url!r});\n" for url in self.lib) + self.data


class Code(TextDisplayObject):
    def __init__(self, data=None, url=None, filename=None, language=None):
        self.language = language
        super().__init__(data, url, filename)

    def _repr_html_(self):
        return f"<pre>{_html.escape(self.data)}</pre>"


class Image(DisplayObject):
    """PNG, JPEG, GIF or WebP from bytes, a file or a URL."""
    _mode = "rb"
    FORMATS = {"png": "image/png", "jpeg": "image/jpeg", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}

    def __init__(self, data=None, url=None, filename=None, format=None, embed=None, width=None, height=None, retina=False, metadata=None, alt=None, **kwargs):
        self.width, self.height, self.alt = width, height, alt
        self.embed = embed if embed is not None else url is None and not (isinstance(data, str) and data.startswith("http"))
        if isinstance(data, str) and not data.startswith("http"):
            data, filename = None, data
        super().__init__(data, url if self.embed else None, filename, metadata)
        if url is not None and not self.embed:
            self.url = url
        self.format = format or self.guess()

    def guess(self):
        data = self.data or b""
        for start, name in ((b"\x89PNG", "png"), (b"\xff\xd8", "jpeg"), (b"GIF8", "gif"), (b"RIFF", "webp")):
            if data[:4].startswith(start):
                return name
        return (self.filename or self.url or ".png").rpartition(".")[2].lower()

    def _repr_mimebundle_(self, include=None, exclude=None):
        if not self.embed:
            size = "".join(f' {k}="{v}"' for k, v in (("width", self.width), ("height", self.height)) if v)
            return {"text/html": f'<img src="{_html.escape(self.url, quote=True)}"{size}/>', "text/plain": repr(self)}
        mime = self.FORMATS.get(self.format, "image/png")
        details = {k: v for k, v in (("width", self.width), ("height", self.height), ("alt", self.alt)) if v}
        return {mime: self.data, "text/plain": repr(self)}, {mime: details} if details else {}


class IFrame:
    def __init__(self, src, width="100%", height=400, extras=(), **params):
        self.src, self.width, self.height, self.extras, self.params = src, width, height, extras, params

    def _repr_html_(self):
        query = ""
        if self.params:
            from urllib.parse import urlencode
            query = "?" + urlencode(self.params)
        return (f'<iframe width="{self.width}" height="{self.height}" src="{_html.escape(self.src, quote=True)}{query}" frameborder="0" allowfullscreen '
                f'{" ".join(self.extras)}></iframe>')


class YouTubeVideo(IFrame):
    def __init__(self, id, width=400, height=300, **params):
        super().__init__(f"https://www.youtube.com/embed/{id}", width, height, **params)


class VimeoVideo(IFrame):
    def __init__(self, id, width=400, height=300, **params):
        super().__init__(f"https://player.vimeo.com/video/{id}", width, height, **params)


class ScribdDocument(IFrame):
    def __init__(self, id, width=400, height=300, **params):
        super().__init__(f"https://www.scribd.com/embeds/{id}/content", width, height, **params)


class Audio(DisplayObject):
    _mode = "rb"

    def __init__(self, data=None, filename=None, url=None, rate=None, autoplay=False, embed=None, **kwargs):
        self.autoplay = autoplay
        if rate is not None and data is not None and not isinstance(data, bytes):
            data = self.wav(data, rate)
        if isinstance(data, str) and url is None and filename is None:
            data, url, filename = (None, data, None) if data.startswith(("http://", "https://")) else (None, None, data)
        self.kind = "audio/wav"
        if filename or url:
            import mimetypes
            self.kind = mimetypes.guess_type(filename or url)[0] or self.kind
        super().__init__(b"" if url and not embed else data, url, filename)

    @staticmethod
    def wav(samples, rate):
        import struct
        top = max((abs(s) for s in samples), default=1) or 1
        body = b"".join(struct.pack("<h", int(s / top * 32767)) for s in samples)
        return struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(body), b"WAVE", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16, b"data", len(body)) + body

    def _repr_html_(self):
        import binascii
        source = f"data:{self.kind};base64,{binascii.b2a_base64(self.data, newline=False).decode()}" if self.data else _html.escape(self.url, quote=True)
        return f'<audio controls="controls" {"autoplay" if self.autoplay else ""}><source src="{source}" type="{self.kind}" /></audio>'


class Video(DisplayObject):
    _mode = "rb"

    def __init__(self, data=None, url=None, filename=None, embed=False, mimetype="video/mp4", width=None, height=None, html_attributes="controls"):
        if isinstance(data, str):
            data, filename = None, data
        self.embed, self.mimetype, self.width, self.height, self.attributes = embed, mimetype, width, height, html_attributes
        super().__init__(data if data is not None or embed else b"", url, filename)

    def _repr_html_(self):
        size = "".join(f' {k}="{v}"' for k, v in (("width", self.width), ("height", self.height)) if v)
        if not self.embed:
            return f'<video src="{_html.escape(self.url or self.filename or "", quote=True)}" {self.attributes}{size}></video>'
        import binascii
        return f'<video {self.attributes}{size}><source src="data:{self.mimetype};base64,{binascii.b2a_base64(self.data, newline=False).decode()}"></video>'


class FileLink:
    def __init__(self, path, url_prefix="", result_html_prefix="", result_html_suffix="<br>"):
        self.path, self.prefix, self.before, self.after = path, url_prefix, result_html_prefix, result_html_suffix

    def _repr_html_(self):
        return f"{self.before}{self.anchor(str(self.path), str(self.path))}{self.after}"

    def anchor(self, path, shown):
        return f"<a href='{_html.escape(self.prefix + path, quote=True)}' target='_blank'>{_html.escape(shown)}</a>"

    def __repr__(self):
        import os
        return os.path.abspath(self.path)


class FileLinks(FileLink):
    """Links to the files of a folder and, unless recursive is false, of the folders in it."""

    def __init__(self, path, url_prefix="", included_suffixes=None, result_html_prefix="", result_html_suffix="<br>", recursive=True):
        super().__init__(path, url_prefix, result_html_prefix, result_html_suffix)
        self.suffixes, self.recursive = included_suffixes, recursive

    def folders(self):
        """(folder, the names of its files) of those that have any."""
        import os
        for folder, inside, names in os.walk(str(self.path)):
            inside.sort()
            names = sorted(n for n in names if self.suffixes is None or os.path.splitext(n)[1] in self.suffixes)
            if names:
                yield folder, names
            if not self.recursive:
                return

    def _repr_html_(self):
        lines = []
        for folder, names in self.folders():
            lines.append(f"{self.before}{_html.escape(folder)}/{self.after}")
            lines += [f"&nbsp;&nbsp;{self.before}{self.anchor(f'{folder}/{n}', n)}{self.after}" for n in names]
        return "\n".join(lines)

    def __repr__(self):
        return "\n".join(line for folder, names in self.folders() for line in [folder + "/", *("  " + n for n in names)])


class ProgressBar:
    """A bar in the notebook: iterate over it, or set .progress."""

    def __init__(self, total):
        self.total, self._progress, self.display_id = total, -1, new_id()

    def __repr__(self):
        done = int(60 * max(0, self._progress) / (self.total or 1))
        return f"[{'=' * done}{' ' * (60 - done)}] {max(0, self._progress)}/{self.total}"

    def _repr_html_(self):
        return f"<progress style='width:60ex' max='{self.total}' value='{max(0, self._progress)}'></progress>"

    def display(self):
        display(self, display_id=self.display_id)

    def update(self):
        display(self, display_id=self.display_id, update=True)

    @property
    def progress(self):
        return self._progress

    @progress.setter
    def progress(self, value):
        self._progress = value
        self.update()

    def __iter__(self):
        self.display()
        self._progress = -1
        return self

    def __next__(self):
        self.progress += 1
        if self.progress < self.total:
            return self.progress
        raise StopIteration
