"""Why a bucket cannot be used, and what to try. Neither keys nor signatures are ever in it."""

from __future__ import annotations

from typing import TypedDict

_MOST = 200  # characters of what a server says


class Words(TypedDict):
    """What an error is told with, beside what happened."""

    why: str
    try_: str


_KEYS = "Compare `backup.s3_access_key` and `backup.s3_secret_key` with what the server's console shows; make a new key where in doubt."
_REGION = "Name in `backup.s3_region` the region that the bucket was made in."
_ANSWERS: dict[str, Words] = {
    "NoSuchBucket": {
        "why": "There is no such bucket.",
        "try_": "Make it on the server, or name another one in `backup.to`.",
    },
    "InvalidAccessKeyId": {"why": "The server does not know the access key.", "try_": _KEYS},
    "SignatureDoesNotMatch": {"why": "The secret key does not belong to the access key.", "try_": _KEYS},
    "RequestTimeTooSkewed": {
        "why": "The clocks of this machine and of the server are too far apart.",
        "try_": "Set this machine's clock by a time server: `timedatectl` says whether it is.",
    },
    "AuthorizationHeaderMalformed": {"why": "The bucket is in another region.", "try_": _REGION},
    "PermanentRedirect": {"why": "The bucket is at another address, mostly in another region.", "try_": _REGION},
    "InvalidBucketName": {"why": "No bucket can have this name.", "try_": "Name another one in `backup.to`."},
}


def of_answer(code: str, status: int, message: str, operation: str) -> Words:
    """What the server answered."""
    if _is_of_a_clock(message.lower()):  # Some have another code for it.
        code = "RequestTimeTooSkewed"
    if code in _ANSWERS:
        return _ANSWERS[code]
    if status == 403:
        return {
            "why": f"The key may not do this there: {operation}.",
            "try_": "Allow it on the server; “Keep sets in S3” in docs/guides/back-up.md names what a backup does.",
        }
    if status >= 500 or status == 429:
        return {
            "why": f"The server is in trouble or has too much to do: {status} {code}.",
            "try_": "Do it again later; see whether its provider tells of a disturbance.",
        }
    return {"why": f"The server says: {status} {code} {message[:_MOST]}", "try_": "Do it again later."}


def _is_of_a_clock(message: str) -> bool:
    return "request time " in message and ("difference" in message or "skew" in message)


def of_tls(why: str) -> Words:
    """Nobody knows whose server it is."""
    return {
        "why": f"The server cannot show who it is: {why[:_MOST]}",
        "try_": "See that the address in `backup.s3_endpoint` is right. Where the server's certificate is of an authority of your own, "
        "name a file with it and all others in SSL_CERT_FILE.",
    }


def of_silence(seconds: float) -> Words:
    """It takes too long."""
    return {
        "why": f"The server did not answer within {seconds:g} s, again and again.",
        "try_": "See that it runs, and that this machine may reach it.",
    }


def of_name(where: str) -> Words:
    """There is no such machine."""
    return {
        "why": f"Nobody knows the host of {where}.",
        "try_": "Compare `backup.s3_endpoint` and `backup.s3_region` with what the provider names; see that this machine finds hosts.",
    }


def of_cut(where: str, why: str) -> Words:
    """Nobody is there, or whoever is there hangs up."""
    return {
        "why": f"{where} cannot be reached, or breaks off: {why[:_MOST]}",
        "try_": "See that it runs, and that this machine may reach it.",
    }
