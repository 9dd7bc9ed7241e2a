"""What the document can say in words only, held before a request is sent."""

import re

import schemathesis

MAX_POSITION_SECONDS = 1_000_000
MAX_KEY_LENGTH = 1024
MAX_PARTS = 10_000
MAX_AUDIO_TRACK = 255


@schemathesis.hook
def before_call(context, case, kwargs):
    body = case.body
    if not isinstance(body, dict):
        return
    # endSeconds lies after startSeconds.
    options = body.get("options")
    if isinstance(options, dict):
        start, end = options.get("startSeconds"), options.get("endSeconds")
        if is_position(start) and is_position(end) and end <= start:
            options = {**options, "startSeconds": 0}
        # rightTrack needs an audioTrack, which is another one.
        right = options.get("rightTrack")
        if is_track(right) and (is_track(options.get("audioTrack")) or "audioTrack" not in options):
            options = {**options, "audioTrack": 2 if right == 1 else 1}
        case.body = body = {**body, "options": options}
    # The id that a client chooses for a job is of this week.
    if case.operation.path.endswith("/again") and is_job_id(body.get("jobId")):
        case.body = body = {name: value for name, value in body.items() if name != "jobId"}
    # A key beside an uploadId is the one that was answered, and each file has a first part.
    key = body.get("key")
    if "uploadId" in body and isinstance(key, str) and len(key) <= MAX_KEY_LENGTH:
        case.body = {name: value for name, value in body.items() if name != "key"}
    if is_number(body.get("partNumber")) and float(body["partNumber"]).is_integer() and 1 <= body["partNumber"] <= MAX_PARTS:
        case.body = {**case.body, "partNumber": 1}


def is_position(value):
    return is_number(value) and 0 <= value <= MAX_POSITION_SECONDS


def is_track(value):
    return is_number(value) and float(value).is_integer() and 1 <= value <= MAX_AUDIO_TRACK


def is_job_id(value):
    return isinstance(value, str) and re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", value) is not None


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)
