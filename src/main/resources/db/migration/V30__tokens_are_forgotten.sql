-- Payment tokens are encrypted by the engine (docs/adr/0030), and kept only until their payment is settled, whoever settles it.
SET LOCAL lock_timeout = '5s';

CREATE FUNCTION payments_forget_token() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    NEW.token := NULL;
    RETURN NEW;
END
$$;
-- The engine takes the token away itself: the condition is all that this costs.
CREATE TRIGGER payments_forget_token BEFORE INSERT OR UPDATE ON payments
    FOR EACH ROW WHEN (NEW.token IS NOT NULL AND NEW.state NOT IN ('created', 'processing', 'unknown'))
    EXECUTE FUNCTION payments_forget_token();

UPDATE payments SET token = NULL WHERE token IS NOT NULL AND state NOT IN ('created', 'processing', 'unknown');

ALTER TABLE payments ADD CONSTRAINT payments_keep_tokens_while_needed
    CHECK (token IS NULL OR state IN ('created', 'processing', 'unknown')) NOT VALID;
