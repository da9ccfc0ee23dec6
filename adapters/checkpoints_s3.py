"""Keeps checkpoints in an S3-compatible object store, best one whose objects are locked.

Credentials and region come from where boto3 looks for them (its environment, files, or the
machine's role). Source: Amazon S3, conditional writes (`If-None-Match: *`).
"""

from typing import Any
from urllib.parse import urlsplit

from application.ports.checkpoint_places import (
    CheckpointDisputed,
    CheckpointPlaceUnavailable,
    CheckpointRefused,
    file_name,
)

_THERE_ALREADY = {"PreconditionFailed", "ConditionalRequestConflict"}
_NEVER = {"AccessDenied", "NoSuchBucket", "InvalidAccessKeyId", "SignatureDoesNotMatch"}


class CheckpointsS3:
    """Implements `CheckpointPlace` on `s3://bucket/prefix`."""

    def __init__(self, url: str, endpoint: str = "") -> None:
        parts = urlsplit(url)
        self._bucket = parts.netloc
        self._prefix = parts.path.strip("/")
        self._endpoint = endpoint or None
        self._client: Any = None

    def keep(self, size: int, note: str) -> None:
        """Put the object unless there is one; compare with the one that is there."""
        try:
            from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - an extra
        except ImportError as error:
            why = "boto3 is not installed: install customer-portal[s3]."
            raise CheckpointRefused(why) from error
        name = "/".join(part for part in (self._prefix, file_name(size)) if part)
        try:
            self._put(name, note.encode())
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            why = f"The object store answered {code} for s3://{self._bucket}/{name}."
            if code in _NEVER:
                raise CheckpointRefused(why) from error
            raise CheckpointPlaceUnavailable(why) from error
        except BotoCoreError as error:
            why = f"The object store could not be talked to ({type(error).__name__})."
            raise CheckpointPlaceUnavailable(why) from error

    def _put(self, name: str, note: bytes) -> None:
        from botocore.exceptions import ClientError  # noqa: PLC0415 - an extra

        client = self._connected()
        try:
            client.put_object(
                Bucket=self._bucket, Key=name, Body=note, ContentType="text/plain", IfNoneMatch="*"
            )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in _THERE_ALREADY:
                raise
            kept = client.get_object(Bucket=self._bucket, Key=name)["Body"].read()
            if kept != note:
                why = f"s3://{self._bucket}/{name} holds another checkpoint of this size."
                raise CheckpointDisputed(why) from error

    def _connected(self) -> Any:
        if self._client is None:
            import boto3  # noqa: PLC0415 - an extra, and slow to load

            self._client = boto3.client("s3", endpoint_url=self._endpoint)
        return self._client
