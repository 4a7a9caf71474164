from IPython.display import clear_output, display, publish_display_data, update_display, DisplayHandle      # noqa: F401
