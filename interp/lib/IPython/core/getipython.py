from IPython import get_ipython
