"""Where sets of backups are kept, as the settings say."""

from __future__ import annotations

from threading import Event

from haat.adapters.files.shelf import FolderShelf
from haat.config.schema import Settings
from haat.kernel.errors import Refused
from haat.ops.backups.shelf import Shelf


def shelf_of(settings: Settings, stop: Event | None = None) -> Shelf:
    """Nothing is made or opened yet. Once `stop` is set, a bucket that does not answer is hardly waited for. Raises Refused where the keys of a bucket
    are missing.
    """
    if settings.backup.is_in_s3:
        return _in_a_bucket(settings, stop)
    return FolderShelf((settings.data / settings.backup.to).resolve())  # One place has one name.


def _in_a_bucket(settings: Settings, stop: Event | None) -> Shelf:
    from haat.adapters.s3.bucket import Place
    from haat.adapters.s3.shelf import S3Shelf

    given = settings.backup
    if not (given.s3_access_key and given.s3_secret_key):
        raise Refused(
            f"{given.to} cannot be used.",
            why="`backup.s3_access_key` or `backup.s3_secret_key` is not given.",
            try_="Write them into secrets.toml of the stack, or into HAAT_BACKUP__S3_ACCESS_KEY and HAAT_BACKUP__S3_SECRET_KEY.",
        )
    bucket, _, prefix = given.to.removeprefix("s3://").partition("/")
    has_path_style = given.s3_path_style == "yes"
    place = Place(bucket, given.s3_endpoint, given.s3_region, has_path_style, given.s3_access_key, given.s3_secret_key)
    return S3Shelf(place, prefix, stop=stop)
