-- Whoever updates a product or a customer moves its version, whether he thinks of it or not; a transaction moves a product's version
-- once, however many of its prices it writes.
SET LOCAL lock_timeout = '5s';

CREATE FUNCTION move_version() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END
$$;

CREATE TRIGGER products_move_version BEFORE UPDATE ON products
    FOR EACH ROW EXECUTE FUNCTION move_version();

-- A product that this transaction has written already has a version that nobody has seen yet.
CREATE OR REPLACE FUNCTION prices_move_product_version() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    UPDATE products SET updated_at = now()
    WHERE product_id = coalesce(NEW.product_id, OLD.product_id) AND xmin <> pg_current_xact_id()::xid;
    RETURN NULL;
END
$$;

-- Placement updates customers too, but only those who said something new.
ALTER TABLE customers ADD COLUMN version int NOT NULL DEFAULT 1 CHECK (version > 0);
CREATE TRIGGER customers_move_version BEFORE UPDATE ON customers
    FOR EACH ROW EXECUTE FUNCTION move_version();
