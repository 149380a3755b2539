"""What people are told: in the app and by mail, in their language, each thing once."""

from haat.market.notices.notice import tell

__all__ = ["tell"]
