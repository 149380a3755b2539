"""Terms of payouts, bank accounts, reserves, batches; invoices; reconciliation; currencies of shops; more kinds of coupons."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _columns()
    _payouts()
    _reconciliation()
    _documents()


def _columns() -> None:
    op.add_column("shops", sa.Column("currency", sa.String(3)))
    op.add_column("entries", sa.Column("due_at", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("entries", sa.Column("document_id", _ID))
    op.add_column("deal_lines", sa.Column("tax_rate", sa.Integer(), nullable=False, server_default="0"))
    # What was sold before has its rate from its tax, to a hundredth of a percent.
    op.execute(
        "UPDATE deal_lines SET tax_rate = (tax * 10000 + (amount - discount) / 2) / (amount - discount)"
        " WHERE amount > discount"
    )
    # A commission is invoiced to the shop that it was taken from.
    op.execute(
        "UPDATE entries SET shop_id = (SELECT deals.shop_id FROM deals WHERE deals.id = entries.deal_id)"
        " WHERE account = 'commission' AND deal_id IS NOT NULL"
    )
    with op.batch_alter_table("coupons") as coupons:
        coupons.add_column(sa.Column("currency", sa.String(3)))
        coupons.add_column(sa.Column("most_off", sa.BigInteger()))
        coupons.add_column(sa.Column("free_shipping", sa.SmallInteger(), nullable=False, server_default="0"))
        coupons.add_column(sa.Column("category_id", _ID))
        coupons.add_column(sa.Column("first_only", sa.SmallInteger(), nullable=False, server_default="0"))
        coupons.drop_constraint(op.f("ck_coupons_one_kind"), type_="check")
        coupons.create_check_constraint(
            op.f("ck_coupons_one_kind"),
            "CASE WHEN basis_points IS NULL THEN 0 ELSE 1 END + CASE WHEN amount IS NULL THEN 0 ELSE 1 END"
            " + free_shipping = 1",
        )
        coupons.create_check_constraint(op.f("ck_coupons_most_off"), "most_off IS NULL OR basis_points IS NOT NULL")


def _payouts() -> None:
    with op.batch_alter_table("payouts") as payouts:
        payouts.add_column(sa.Column("batch_id", _ID))
        payouts.add_column(sa.Column("account_id", _ID))
        payouts.create_unique_constraint(
            op.f("uq_payouts_batch_id_shop_id_currency"), ["batch_id", "shop_id", "currency"]
        )
    op.create_table(
        "payout_batches",
        sa.Column("id", _ID, nullable=False, autoincrement=False),
        sa.Column("open", sa.SmallInteger()),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("begun_by", _ID),
        sa.Column("finished_at", sa.BigInteger()),
        sa.CheckConstraint("(open IS NULL) = (finished_at IS NOT NULL)", name=op.f("ck_payout_batches_open")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_batches")),
        sa.UniqueConstraint("open", name=op.f("uq_payout_batches_open")),
    )
    op.create_table(
        "payout_accounts",
        sa.Column("id", _ID, nullable=False, autoincrement=False),
        sa.Column("shop_id", _ID, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("holder", sa.String(120), nullable=False),
        sa.Column("set_by", _ID, nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("usable_at", sa.BigInteger(), nullable=False),
        sa.Column("bounced_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_payout_accounts_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_accounts")),
        sa.UniqueConstraint("shop_id", "currency", "version", name=op.f("uq_payout_accounts_shop_id_currency_version")),
    )
    op.create_table(
        "payout_terms",
        sa.Column("id", _ID, nullable=False, autoincrement=False),
        sa.Column("shop_id", _ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hold", sa.BigInteger()),
        sa.Column("reserve", sa.Integer()),
        sa.Column("reserve_for", sa.BigInteger()),
        sa.Column("why", sa.String(300), nullable=False),
        sa.Column("set_by", _ID),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("reserve BETWEEN 0 AND 10000", name=op.f("ck_payout_terms_reserve")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_terms")),
        sa.UniqueConstraint("shop_id", "version", name=op.f("uq_payout_terms_shop_id_version")),
    )
    op.create_table(
        "reserves",
        sa.Column("id", _ID, nullable=False, autoincrement=False),
        sa.Column("shop_id", _ID, nullable=False),
        sa.Column("deal_id", _ID, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.Column("release_at", sa.BigInteger(), nullable=False),
        sa.Column("released_at", sa.BigInteger()),
        sa.CheckConstraint("amount > 0 AND used >= 0 AND used <= amount", name=op.f("ck_reserves_used")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reserves")),
        sa.UniqueConstraint("deal_id", name=op.f("uq_reserves_deal_id")),
    )
    op.create_index(op.f("ix_reserves_released_at_release_at"), "reserves", ["released_at", "release_at"])
    op.create_index(op.f("ix_reserves_shop_id"), "reserves", ["shop_id"])


def _reconciliation() -> None:
    op.create_table(
        "reconciliations",
        sa.Column("id", _ID, nullable=False, autoincrement=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliations")),
    )
    op.create_index(op.f("ix_reconciliations_day"), "reconciliations", ["day"])
    op.create_table(
        "mismatches",
        sa.Column("id", _ID, nullable=False, autoincrement=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("about", sa.String(16), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("ref", sa.String(120), nullable=False),
        sa.Column("ours", sa.String(80), nullable=False),
        sa.Column("theirs", sa.String(80), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("resolved_at", sa.BigInteger()),
        sa.Column("resolved_by", _ID),
        sa.Column("note", sa.String(500)),
        sa.CheckConstraint("(resolved_at IS NULL) = (note IS NULL)", name=op.f("ck_mismatches_resolved")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mismatches")),
        sa.UniqueConstraint("day", "kind", "about", "key", name=op.f("uq_mismatches_day_kind_about_key")),
    )
    op.create_index(op.f("ix_mismatches_resolved_at_id"), "mismatches", ["resolved_at", "id"])


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", _ID, nullable=False, autoincrement=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("series", sa.String(40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(80), nullable=False),
        sa.Column("shop_id", _ID, nullable=False),
        sa.Column("deal_id", _ID),
        sa.Column("credits_id", _ID),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_documents_number")),
        sa.CheckConstraint("total >= 0 AND tax >= 0", name=op.f("ck_documents_total")),
        sa.ForeignKeyConstraint(["credits_id"], ["documents.id"], name=op.f("fk_documents_credits_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_documents_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("kind", "reference", name=op.f("uq_documents_kind_reference")),
        sa.UniqueConstraint("series", "year", "number", name=op.f("uq_documents_series_year_number")),
    )
    op.create_index(op.f("ix_documents_shop_id_id"), "documents", ["shop_id", "id"])
    op.create_index(op.f("ix_documents_deal_id"), "documents", ["deal_id"])
    op.create_index(op.f("ix_documents_credits_id"), "documents", ["credits_id"])
    op.create_table(
        "document_numbers",
        sa.Column("series", sa.String(40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", "year", name=op.f("pk_document_numbers")),
    )
    op.create_table(
        "imprints",
        sa.Column("shop_id", _ID, nullable=False, autoincrement=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("tax_number", sa.String(40), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_imprints_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_imprints")),
    )
