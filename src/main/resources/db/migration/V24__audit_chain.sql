-- The audit log is append-only, and sealed: soon after it was written each entry gets its place in one chain of hashes. Entries are
-- appended without the chain, so that no writer waits for another; a sealer chains what was appended, in batches.
SET LOCAL lock_timeout = '5s';

CREATE INDEX audit_log_time ON audit_log (at, id);
CREATE INDEX audit_log_actor ON audit_log (actor, at, id);
CREATE INDEX audit_log_subject ON audit_log (subject, at, id);

-- How digest and hash are made is in docs/audit.md: anybody can make them anew.
CREATE TABLE audit_chain (
    position  bigint      PRIMARY KEY CHECK (position > 0),
    entry_id  bigint      NOT NULL UNIQUE,
    digest    bytea       NOT NULL CHECK (octet_length(digest) = 32),
    hash      bytea       NOT NULL CHECK (octet_length(hash) = 32),
    sealed_at timestamptz NOT NULL
);

-- What the sealer has yet to chain. Ids alone would not tell: a transaction may commit after others with greater ids.
CREATE TABLE audit_unsealed (
    entry_id bigint PRIMARY KEY
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

CREATE FUNCTION audit_log_awaits_seal() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO audit_unsealed (entry_id) SELECT id FROM added;
    RETURN NULL;
END
$$;
CREATE TRIGGER audit_log_awaits_seal AFTER INSERT ON audit_log REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_awaits_seal();
INSERT INTO audit_unsealed (entry_id) SELECT id FROM audit_log;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_chain_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_chain
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Neither may the engine's own role, though it owns the tables; a superuser needs to be stopped by the triggers.
REVOKE UPDATE, DELETE, TRUNCATE ON audit_log, audit_chain FROM PUBLIC;
REVOKE UPDATE, DELETE, TRUNCATE ON audit_log, audit_chain FROM CURRENT_USER;
