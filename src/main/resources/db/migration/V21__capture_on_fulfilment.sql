-- Money that is held until goods ship: how much of it is to be taken, once that is known, and since when it is held.
SET LOCAL lock_timeout = '5s';

-- `next_at` of an authorized payment says when to take the money, or else when to see that it goes on being held.
ALTER TABLE payments
    ADD COLUMN capture_amount bigint,
    ADD COLUMN authorized_at  timestamptz,
    ADD CONSTRAINT payments_capture_what_is_held
        CHECK (capture_amount BETWEEN 1 AND amount AND (state <> 'captured' OR captured = capture_amount)
               OR capture_amount IS NULL) NOT VALID;

-- What V20 demands holds for what was there before: checked now, without keeping anybody out.
ALTER TABLE payments VALIDATE CONSTRAINT payments_take_what_was_asked_for;
