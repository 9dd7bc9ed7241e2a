"""Runs MiniStack behind foreign_pages.py, with the corrections and these changes:

* Only this user can read its files, since its saved state has the database's password. A ranged GET
* reads its range. MiniStack itself reads the whole file each time, so a large video
  would be read hundreds of times while it is converted.
"""

import contextvars
import mmap
import os
from collections.abc import Callable
from typing import Any

from corrections import correct
from corrections_functions import let_invocations_finish
from foreign_pages import refuse_foreign_pages
from ministack import app
from ministack.services import s3

is_ranged = contextvars.ContextVar("is_ranged", default=False)


def in_ranges(get_object: Callable[..., Any]) -> Callable[..., Any]:
    def get_object_in_ranges(bucket: str, key: str, headers: dict, *rest: Any) -> Any:
        token = is_ranged.set("range" in headers)
        try:
            return get_object(bucket, key, headers, *rest)
        finally:
            is_ranged.reset(token)

    return get_object_in_ranges


def mapped(read_body: Callable[..., Any]) -> Callable[..., Any]:
    def read_body_mapped(bucket: str, key: str, record: dict) -> Any:
        path = s3._object_disk_path(bucket, key)
        if not is_ranged.get() or record.get("body") is not None or path is None:
            return read_body(bucket, key, record)
        try:
            with open(path, "rb") as file:
                # A slice of it is bytes, as a slice of the whole body would be.
                return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError):
            # Missing or empty.
            return read_body(bucket, key, record)

    return read_body_mapped


s3._get_object = in_ranges(s3._get_object)
s3._read_body = mapped(s3._read_body)
correct()
let_invocations_finish()
# MiniStack serves the `app` that its module has when main() is called.
app.app = refuse_foreign_pages(app.app)

if __name__ == "__main__":
    os.umask(0o077)
    app.main()
