import pytest

from harness import Kernel


@pytest.fixture(scope="module")
def shared():
    """One kernel for a file's tests that leave it as they found it."""
    with Kernel() as kernel:
        yield kernel


@pytest.fixture(params=["tcp", "ipc"])
def kernel(request):
    with Kernel(transport=request.param) as kernel:
        yield kernel


@pytest.fixture
def fresh():
    with Kernel() as kernel:
        yield kernel
