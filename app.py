"""The doors of Một Cửa: HTTP routes are registered, queues and the clock have their handlers. Decides nothing.

Every handler unpacks one message and calls one step of `chalicelib/journey.py`.
"""

import logging
from collections.abc import Callable
from typing import Any

from chalice import Chalice, Rate, Response

from chalicelib import fanout, journey
from chalicelib.doors import broken_answer, numbers, problem_answer
from chalicelib.doors.agency import agency
from chalicelib.doors.citizen import citizen
from chalicelib.doors.desk import desk
from chalicelib.doors.health import health
from chalicelib.doors.pages import pages
from chalicelib.doors.queues import guarded
from chalicelib.errors import ContentTypeNotTaken, MethodNotAllowed
from chalicelib.wiring import batches, stack, witness, world

app = Chalice(app_name="motcua")
app.log.setLevel(logging.CRITICAL)  # Chalice would log exception texts, which may quote a visitor
app.api.binary_types = []  # all answers are text; bytes travel by signed addresses
app.register_blueprint(agency)
app.register_blueprint(citizen)
app.register_blueprint(desk)
app.register_blueprint(health)
app.register_blueprint(pages)

PLAIN_ERRORS = {405: MethodNotAllowed, 415: ContentTypeNotTaken}


@app.middleware("http")
def speak_in_problems(event: Any, get_response: Callable[[Any], Response]) -> Response:
    """Chalice's own errors as problem details too."""
    response = get_response(event)
    if response.headers.get("Content-Type", "").startswith("application/problem+json"):
        return response
    if response.status_code in PLAIN_ERRORS:
        answer = problem_answer(PLAIN_ERRORS[response.status_code]())
        allow = response.headers.get("Allow")
        answer.headers.update({"Allow": allow} if allow else {})
        return answer
    return broken_answer() if response.status_code >= 500 else response


for kind in ("sqs", "scheduled", "dynamodb"):
    app.register_middleware(guarded, kind)


@app.on_sqs_message(queue_arn="papers-to-read", batch_size=1, maximum_concurrency=100)
def read_paper(event: Any) -> None:
    """Read uploaded papers."""
    for message in event:
        journey.read_paper(world(), message.body)


@app.on_sqs_message(queue_arn="papers-to-read-dead", batch_size=1)
def give_up_reading(event: Any) -> None:
    """Say of papers that the reader failed on that they could not be read."""
    for message in event:
        journey.give_up_reading(world(), message.body)


@app.on_sqs_message(queue_arn="archives-to-import", batch_size=1)
def import_archive(event: Any) -> None:
    """Hand the files of an archive's manifest to the readers, some at a time."""
    for message in event:
        fanout.import_some(world(), batches(), message.body)


@app.on_sqs_message(queue_arn="archive-to-read", batch_size=1, maximum_concurrency=20)
def read_archive(event: Any) -> None:
    """Read files of archives; few at once, so that live intake has the account's concurrency."""
    for message in event:
        fanout.read_file(world(), batches(), message.body)


@app.on_sqs_message(queue_arn="archive-to-read-dead", batch_size=1)
def give_up_archive(event: Any) -> None:
    """Refuse files of archives that the readers failed at."""
    for message in event:
        fanout.give_up(world(), batches(), message.body)


@app.on_sqs_message(queue_arn="dossiers-to-check", batch_size=1)
def check_dossier(event: Any) -> None:
    """Judge submitted dossiers."""
    for message in event:
        journey.check(world(), message.body)


@app.on_sqs_message(queue_arn="mails-to-send", batch_size=1, maximum_concurrency=5)
def send_mail(event: Any) -> None:
    """Mail slips and requests."""
    for message in event:
        journey.send_mail(world(), message.body)


@app.on_sqs_message(queue_arn="deliveries-ward", batch_size=1, maximum_concurrency=10)
def deliver_to_ward(event: Any) -> None:
    """Hand verified dossiers to the ward."""
    for message in event:
        journey.deliver(world(), "ward", message.body)


@app.on_sqs_message(queue_arn="deliveries-police", batch_size=1, maximum_concurrency=10)
def deliver_to_police(event: Any) -> None:
    """Hand verified dossiers to the police."""
    for message in event:
        journey.deliver(world(), "police", message.body)


@app.on_sqs_message(queue_arn="deliveries-social-insurance", batch_size=1, maximum_concurrency=10)
def deliver_to_social_insurance(event: Any) -> None:
    """Hand verified dossiers to social insurance."""
    for message in event:
        journey.deliver(world(), "social_insurance", message.body)


@app.on_sqs_message(queue_arn="results-to-await", batch_size=1)
def remind(event: Any) -> None:
    """Remind agencies of results that are overdue."""
    for message in event:
        journey.remind(world(), message.body)


@app.schedule(Rate(1, unit=Rate.MINUTES))
def tick(event: Any) -> None:
    """Send what waits in the outbox."""
    journey.tick(world())


@app.schedule(Rate(1, unit=Rate.HOURS))
def count_promises(event: Any) -> None:
    """Tell the operators' dashboard what agencies owe; an alarm rings where reminders did not help."""
    print(numbers.promises(world(), stack()))  # noqa: T201 - CloudWatch reads this line


@app.on_dynamodb_record(
    stream_arn="dossiers", batch_size=500, maximum_batching_window_in_seconds=60
)
def keep_history(event: Any) -> None:
    """Keep new events where nobody can change them."""
    witness().keep(event.to_dict()["Records"])
