"""The sandbox's SQL. Columns of a SELECT are those of the row it fills in orders.py, in that order."""

from __future__ import annotations

from typing import Final

ADD_CHARGE: Final = """
    INSERT INTO charges (key, amount, currency, card, verdict, heard_at, settles_at, door, return_url, description)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING"""
CHARGE: Final = """
    SELECT key, amount, currency, card, verdict, heard_at, settles_at, door FROM charges WHERE key = ?"""
CONFIRMATION: Final = """
    SELECT amount, currency, card, description, return_url, settles_at FROM charges WHERE door = ?"""
VERDICT: Final = "SELECT key, verdict FROM charges WHERE door = ?"
AGREE: Final = "UPDATE charges SET settles_at = ? WHERE door = ? AND settles_at IS NULL"
REFUSE: Final = """
    UPDATE charges SET settles_at = ?, verdict = 'not_confirmed' WHERE door = ? AND settles_at IS NULL"""
WITHDRAW: Final = "UPDATE charges SET settles_at = ?, verdict = 'withdrawn' WHERE key = ? AND settles_at IS NULL"
TAKE_FOR_REFUND: Final = """
    UPDATE charges SET refunded = refunded + ?1 WHERE key = ?2 AND refunded + ?1 <= amount"""

ADD_REFUND: Final = """
    INSERT INTO refunds (key, charge, amount, currency, verdict, heard_at, settles_at, reason)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
REFUND: Final = """
    SELECT key, charge, amount, currency, verdict, heard_at, settles_at FROM refunds WHERE key = ?"""
ANY_REFUND: Final = "SELECT 1 FROM refunds WHERE charge = ? LIMIT 1"

ADD_PAYOUT: Final = """
    INSERT INTO payouts (key, account, amount, currency, heard_at, paid_at, returned_at, code, description)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING"""
PAYOUT: Final = """
    SELECT key, account, amount, currency, heard_at, paid_at, returned_at, code FROM payouts WHERE key = ?"""

STATEMENT: Final = """
    SELECT 'charge' AS kind, key, amount, currency, settles_at AS at FROM charges
     WHERE verdict = 'paid' AND settles_at BETWEEN ?1 AND ?2
    UNION ALL SELECT 'refund', key, amount, currency, settles_at FROM refunds
     WHERE verdict = 'paid' AND settles_at BETWEEN ?1 AND ?2
    UNION ALL SELECT 'payout', key, amount, currency, paid_at FROM payouts
     WHERE paid_at BETWEEN ?1 AND ?2
    UNION ALL SELECT 'payout_returned', key, amount, currency, returned_at FROM payouts
     WHERE paid_at IS NOT NULL AND returned_at BETWEEN ?1 AND ?2
    ORDER BY at, key"""

ADD_EVENT: Final = "INSERT INTO events (body, due_at) VALUES (?, ?)"
DUE_EVENTS: Final = "SELECT seq, body, due_at, attempts FROM events WHERE due_at <= ? ORDER BY due_at, seq LIMIT ?"
CLAIM_EVENT: Final = "UPDATE events SET due_at = ? WHERE seq = ? AND due_at = ?"
FORGET_EVENT: Final = "DELETE FROM events WHERE seq = ?"
PUT_OFF_EVENT: Final = "UPDATE events SET due_at = ?, attempts = ? WHERE seq = ?"
