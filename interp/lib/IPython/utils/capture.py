from _ouro_ipython import Captured as CapturedIO, capture_output      # noqa: F401
