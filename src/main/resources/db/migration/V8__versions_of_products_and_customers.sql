-- A transaction moves a product's version once, however many of its prices it writes; a customer has a version too.
SET LOCAL lock_timeout = '5s';

-- Whoever updates a product moves its version, whether he thinks of it or not. A row that this transaction has written already is new
-- enough: nobody else has seen it.
CREATE FUNCTION products_move_version() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    NEW.version := CASE WHEN OLD.xmin = pg_current_xact_id()::xid THEN OLD.version ELSE OLD.version + 1 END;
    RETURN NEW;
END
$$;
CREATE TRIGGER products_move_version BEFORE UPDATE ON products
    FOR EACH ROW EXECUTE FUNCTION products_move_version();

CREATE OR REPLACE FUNCTION prices_move_product_version() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    UPDATE products SET updated_at = now()
    WHERE product_id = coalesce(NEW.product_id, OLD.product_id) AND xmin <> pg_current_xact_id()::xid;
    RETURN NULL;
END
$$;

-- Placement updates customers too: the trigger sees every change, and costs nothing where there is none.
ALTER TABLE customers ADD COLUMN version int NOT NULL DEFAULT 1 CHECK (version > 0);

CREATE FUNCTION customers_move_version() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END
$$;
CREATE TRIGGER customers_move_version BEFORE UPDATE ON customers
    FOR EACH ROW EXECUTE FUNCTION customers_move_version();
