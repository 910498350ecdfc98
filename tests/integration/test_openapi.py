"""Schemathesis tries the whole OpenAPI document on a real server: no answer that it does not name, no server error.

``SCHEMATHESIS_CASES=2000 pytest tests/integration/test_openapi.py``, or ``make fuzz``, tries that many.
"""

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from tests.browser import served
from tests.conftest import ARTICLES, EMBEDDER

pytestmark = pytest.mark.slow

CASES = int(os.environ.get("SCHEMATHESIS_CASES", "100"))
SECRET = "a key for the whole document"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with a key that changes articles as it is told to, and is never too busy for one client."""
    folder = tmp_path_factory.mktemp("openapi")
    for doc_id, text in ARTICLES.items():
        path = folder / "corpus" / doc_id
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    rate = {"ALIQA_API_KEY": SECRET, "ALIQA_SERVICE__RATE": "1000000/minute"}
    with served(folder / "corpus", folder / "index", EMBEDDER, **rate) as address:
        yield address


def test_no_answer_is_a_server_error_or_undocumented(address: str) -> None:
    import schemathesis  # takes a second, which all runs of other tests would wait
    from schemathesis.core.result import Ok

    key = {"Authorization": f"Bearer {SECRET}"}
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json", headers=key)
    operations: list[Any] = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    each = -(-CASES // len(operations))
    tried: Counter[str] = Counter()
    for operation in operations:
        for mode in schemathesis.GenerationMode:
            try:
                _tries(operation.as_strategy(generation_mode=mode), key, tried, each)
            except Unsatisfiable:  # there is nothing in it that could be wrong
                continue
    assert len(operations) >= 20
    assert tried.total() >= CASES
    assert min(tried[one.label] for one in operations) >= 1


def _tries(strategy: Any, key: dict[str, str], tried: Counter[str], count: int) -> None:
    """Send so many cases of an operation."""
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    wanted = [
        not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
        checks.response_headers_conformance, checks.response_schema_conformance,
    ]  # fmt: skip

    @hypothesis_settings(
        max_examples=count, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(strategy)
    def test(case: Any) -> None:
        tried[case.operation.label] += 1
        case.call_and_validate(headers=key, timeout=600, checks=wanted)

    test()
