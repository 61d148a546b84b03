"""Doors: HTTP routes and the local server. The only package that knows Chalice.

`answers` is the one place where our errors become HTTP answers (problem details, RFC 9457); nobody below catches.
"""

import json
import logging
import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any

from chalice import Response

from chalicelib.errors import Broken, DossierError, problem

log = logging.getLogger("dossiers")
JSON = "application/json"
PROBLEM = "application/problem+json"
# nothing we answer may be kept by a browser or proxy of a shared desk (ASVS 14.3.2)
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def answers(view: Callable[..., Any]) -> Callable[..., Response]:
    """A route whose errors of ours become problem details, and whose values become JSON."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Response:
        try:
            result = view(*args, **kwargs)
        except DossierError as e:
            log.info("answered problem=%s", e.code)
            return problem_answer(e)
        return result if isinstance(result, Response) else json_answer(result)

    return wrapped


def json_answer(value: Any, status: int = 200) -> Response:
    """A JSON answer; Vietnamese letters stay readable."""
    body = json.dumps(value, ensure_ascii=False)
    return Response(body, {**HEADERS, "Content-Type": f"{JSON}; charset=utf-8"}, status)


def problem_answer(error: DossierError) -> Response:
    """The problem details of an error."""
    headers = {**HEADERS, "Content-Type": PROBLEM}
    if error.retry:
        headers["Retry-After"] = "5"
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(json.dumps(problem(error), ensure_ascii=False), headers, error.status)


def place_of(error: BaseException) -> str:
    """What kind of exception, raised where; without its text, which may quote a visitor's data."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} at {where}"


def broken_answer() -> Response:
    """The answer to a fault of ours; what it was stands in the log, without the visitor's data."""
    return problem_answer(Broken())
