-- The roles of the orders' database, before the first engine starts, after a restore into a new server, and to change their passwords:
--
--   the owner   has the tables, and only migrations sign in as it (database.migration_user)
--   the engine  serves: it reads and writes what an engine does, and cannot change the audit log (database.user, docs/audit.md)
--
-- Run it as the database's administrator, who may be the owner too. The variables are the engine's own, so that no password is in a command:
--
--   ENGINE_DATABASE_MIGRATION_USER=… ENGINE_DATABASE_MIGRATION_PASSWORD=… ENGINE_DATABASE_USER=… ENGINE_DATABASE_PASSWORD=… \
--     psql -X -v ON_ERROR_STOP=1 -f deploy/database/roles.sql
--
-- Needs psql 15. It may be repeated.
\set QUIET on
\getenv owner ENGINE_DATABASE_MIGRATION_USER
\getenv owner_password ENGINE_DATABASE_MIGRATION_PASSWORD
\getenv engine ENGINE_DATABASE_USER
\getenv engine_password ENGINE_DATABASE_PASSWORD

-- What V25 grants to; it takes the role that is there.
SELECT 'CREATE ROLE order_engine NOLOGIN' WHERE to_regrole('order_engine') IS NULL \gexec
SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY [:'owner', :'engine']) AS name
WHERE to_regrole(quote_ident(name)) IS NULL \gexec

BEGIN;
-- An administrator who is the owner keeps the password that he has.
SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', :'owner', :'owner_password') WHERE :'owner' <> current_user \gexec
SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', :'engine', :'engine_password') \gexec
GRANT order_engine TO :"engine";
-- The owner makes tables, and the administrator may do what he may: dump, and restore in his name.
SELECT format('GRANT %I TO CURRENT_USER', :'owner') WHERE :'owner' <> current_user \gexec
SELECT format('ALTER DATABASE %I OWNER TO %I', current_database(), :'owner')
FROM pg_database WHERE datname = current_database() AND datdba <> to_regrole(quote_ident(:'owner')) \gexec
COMMIT;
