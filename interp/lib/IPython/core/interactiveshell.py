from _ouro_ipython import ZMQInteractiveShell as InteractiveShell      # noqa: F401
