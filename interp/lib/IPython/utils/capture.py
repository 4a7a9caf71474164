from _ouro_magics import Captured as CapturedIO, RichOutput, capture_output      # noqa: F401
