"""What several of these tests start from."""

import pytest

from tests.core.hall import Hall


@pytest.fixture
def hall() -> Hall:
    """Two agents, nobody calling, nobody connected."""
    return Hall()
