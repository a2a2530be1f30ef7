-- The role that engines run as, beside the owner of the tables, who only migrates: it reads and writes all that an engine does, but appends to
-- the audit log only. It cannot log in: whoever shall, is made a member of it (docs/audit.md).
SET LOCAL lock_timeout = '5s';

-- Roles are of the whole cluster, and may be there already, for another database, or made by somebody who may.
DO
$$
BEGIN
    IF to_regrole('order_engine') IS NULL THEN
        CREATE ROLE order_engine NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN
        RAISE WARNING 'the role order_engine is not there, and cannot be made: create it, and call grant_to_engine()';
END
$$;

-- Partitions are made and dropped by the owner of the tables only; the engine's sweeper asks for it.
CREATE FUNCTION drop_order_month(month text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS
$$
BEGIN
    IF month !~ '^[0-9]{4}_[0-9]{2}$' THEN
        RAISE EXCEPTION '% is no month', month;
    END IF;
    EXECUTE format('ALTER TABLE orders DETACH PARTITION %I', 'orders_' || month);
    EXECUTE format('ALTER TABLE order_events DETACH PARTITION %I', 'order_events_' || month);
    EXECUTE format('DROP TABLE %I, %I', 'orders_' || month, 'order_events_' || month);
END
$$;
REVOKE EXECUTE ON FUNCTION drop_order_month(text), ensure_order_partitions(timestamptz, int) FROM PUBLIC;

-- Also after a migration that makes a table, and for a role that was made later.
CREATE FUNCTION grant_to_engine() RETURNS void LANGUAGE plpgsql AS
$$
BEGIN
    IF to_regrole('order_engine') IS NULL THEN
        RETURN;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO order_engine', current_schema());
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO order_engine', current_schema());
    GRANT EXECUTE ON FUNCTION drop_order_month(text), ensure_order_partitions(timestamptz, int) TO order_engine;
    EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO order_engine', current_schema());
    REVOKE UPDATE, DELETE ON audit_log, audit_chain FROM order_engine;
    REVOKE UPDATE ON audit_unsealed FROM order_engine;
    IF to_regclass('flyway_schema_history') IS NOT NULL THEN
        REVOKE INSERT, UPDATE, DELETE ON flyway_schema_history FROM order_engine;
    END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION grant_to_engine() FROM PUBLIC;
SELECT grant_to_engine();

DO
$$
BEGIN
    IF to_regrole('order_engine') IS NOT NULL THEN
        EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO order_engine',
                       current_schema());
    END IF;
    EXECUTE format('ALTER FUNCTION drop_order_month(text) SET search_path = %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION ensure_order_partitions(timestamptz, int) SECURITY DEFINER SET search_path = %I, pg_temp', current_schema());
END
$$;
