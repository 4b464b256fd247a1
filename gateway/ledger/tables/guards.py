"""What the databases themselves refuse: to change a row of the audit log, or to delete one before its time.

Law: the same refusals in both. They stop mistakes and whoever has no more than the gateway's rights to rows; the owner
of the database can take them away, and the chain shows what he does then (`core/audit.py`).
"""

from typing import Final

from sqlalchemy import DDL, event

from gateway.ledger.tables.house import audit_log

KEPT_DAYS: Final = 184
"""Six months at least, whatever the settings say."""

SQLITE: Final = (
    """CREATE TRIGGER audit_log_stays BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END""",
    f"""CREATE TRIGGER audit_log_is_kept BEFORE DELETE ON audit_log
WHEN OLD.at > (julianday('now') - 2440587.5 - {KEPT_DAYS}) * 86400000000.0
BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END""",
    """CREATE TRIGGER audit_log_is_new BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE gateway = NEW.gateway AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END""",
)
"""The last: INSERT OR REPLACE deletes without asking the second."""

POSTGRES: Final = (
    f"""CREATE FUNCTION audit_log_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.at <= (extract(epoch FROM now()) - {KEPT_DAYS} * 86400) * 1000000 THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit_log is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER audit_log_stays BEFORE UPDATE OR DELETE ON audit_log
FOR EACH ROW EXECUTE FUNCTION audit_log_guard()""",
    """CREATE TRIGGER audit_log_is_kept BEFORE TRUNCATE ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION audit_log_guard()""",
)

for _dialect, _statements in (("sqlite", SQLITE), ("postgresql", POSTGRES)):
    for _statement in _statements:
        _ddl = DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(audit_log, "after_create", _ddl.execute_if(dialect=_dialect))
