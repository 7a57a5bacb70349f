-- How the price of a run may be paid in parts by those who pay for themselves: a deposit at once, in pence, and the rest
-- before each block or monthly. Without a row all of it at once.
CREATE TABLE run_plans (
    run_id   bigint PRIMARY KEY REFERENCES runs,
    deposit  bigint NOT NULL CONSTRAINT run_plans_deposit CHECK (deposit BETWEEN 100 AND 100000000),
    by_block boolean NOT NULL,
    months   integer NOT NULL DEFAULT 0 CONSTRAINT run_plans_months CHECK (months = 0 OR months BETWEEN 2 AND 24),
    CONSTRAINT run_plans_offer CHECK (by_block OR months > 0)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON run_plans TO bursar_app;
GRANT SELECT ON run_plans TO bursar_employer;

--bun:split

-- A share that is paid in parts. customer and method are the card processor's names for what may be charged, with what
-- people know it by; both empty until the deposit is paid.
CREATE TABLE plans (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code         text NOT NULL CONSTRAINT plans_code_once UNIQUE,
    share_id     bigint NOT NULL REFERENCES shares,
    kind         text NOT NULL CONSTRAINT plans_kind CHECK (kind IN ('blocks', 'monthly', 'agreed')),
    status       text NOT NULL CONSTRAINT plans_status CHECK (status IN ('active', 'completed', 'paused', 'failed', 'cancelled')),
    customer     text NOT NULL DEFAULT '',
    method       text NOT NULL DEFAULT '',
    method_kind  text NOT NULL DEFAULT '' CONSTRAINT plans_method_kind CHECK (method_kind IN ('', 'card', 'bacs_debit')),
    method_ends  text NOT NULL DEFAULT '' CONSTRAINT plans_method_ends CHECK (length(method_ends) <= 4),
    short        integer NOT NULL DEFAULT 0,  -- how often in a row there was not enough money
    paused_by    bigint REFERENCES people,    -- null while paused: the program did
    paused_until date,                        -- the last day of a pause; null: until staff end it
    reason       text NOT NULL DEFAULT '' CONSTRAINT plans_reason CHECK (length(reason) <= 1000), -- of staff, for the last thing they did
    consented_at timestamptz NOT NULL,        -- when its payer let us keep and charge the card
    created_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    CONSTRAINT plans_ended CHECK ((status IN ('completed', 'cancelled')) = (ended_at IS NOT NULL)),
    CONSTRAINT plans_paused CHECK (status = 'paused' OR paused_by IS NULL AND paused_until IS NULL)
);
CREATE UNIQUE INDEX plans_one_of_share ON plans (share_id) WHERE status <> 'cancelled';
CREATE INDEX plans_of_share ON plans (share_id, id);
CREATE INDEX plans_pause_over ON plans (paused_until) WHERE paused_until IS NOT NULL;

--bun:split

-- The parts of a plan; number 0 is the deposit.
CREATE TABLE instalments (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plan_id     bigint NOT NULL REFERENCES plans,
    number      integer NOT NULL CONSTRAINT instalments_number CHECK (number >= 0),
    due_on      date NOT NULL,
    amount      bigint NOT NULL CONSTRAINT instalments_amount CHECK (amount > 0),
    status      text NOT NULL CONSTRAINT instalments_status CHECK (status IN ('due', 'charging', 'paid', 'failed', 'cancelled')),
    payment_id  bigint REFERENCES payments,   -- the latest that was for it
    tries       integer NOT NULL DEFAULT 0,   -- how often charging the saved card came to nothing
    retry_on    date,                         -- when it is charged again by itself
    reminded_at timestamptz,
    paid_at     timestamptz,
    CONSTRAINT instalments_numbered_once UNIQUE (plan_id, number),
    CONSTRAINT instalments_paid CHECK ((status = 'paid') = (paid_at IS NOT NULL)),
    CONSTRAINT instalments_charging CHECK (status NOT IN ('charging', 'paid') OR payment_id IS NOT NULL),
    CONSTRAINT instalments_retry CHECK (status = 'failed' OR retry_on IS NULL)
);
CREATE INDEX instalments_due ON instalments (due_on) WHERE status = 'due';
CREATE INDEX instalments_to_retry ON instalments (retry_on) WHERE retry_on IS NOT NULL;

--bun:split

-- plan_id: the payment is for parts of a plan. saved: the saved card is charged without anybody there, so there is no page.
-- sent_at: when the order to charge it was on its way, after which it is not taken back. refusal: why the bank said no.
ALTER TABLE payments
    ADD COLUMN plan_id bigint REFERENCES plans,
    ADD COLUMN saved   boolean NOT NULL DEFAULT false,
    ADD COLUMN sent_at timestamptz,
    ADD COLUMN refusal text NOT NULL DEFAULT '' CONSTRAINT payments_refusal CHECK (refusal IN ('', 'authentication', 'funds', 'other')),
    ADD CONSTRAINT payments_of_plan CHECK (plan_id IS NULL AND NOT saved OR share_id IS NOT NULL AND plan_id IS NOT NULL),
    ADD CONSTRAINT payments_sent CHECK (saved OR sent_at IS NULL);
CREATE INDEX payments_of_a_plan ON payments (plan_id, id) WHERE plan_id IS NOT NULL;
GRANT UPDATE (sent_at, refusal) ON payments TO bursar_app;

-- Which parts of a plan a payment was to pay: also one that failed and whose money came after all.
CREATE TABLE payment_instalments (
    payment_id    bigint NOT NULL REFERENCES payments,
    instalment_id bigint NOT NULL REFERENCES instalments,
    PRIMARY KEY (payment_id, instalment_id)
);

-- A page of the card processor on which another card is saved for a plan, without a payment.
CREATE TABLE card_pages (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code        text NOT NULL CONSTRAINT card_pages_code_once UNIQUE,
    plan_id     bigint NOT NULL REFERENCES plans,
    status      text NOT NULL CONSTRAINT card_pages_status CHECK (status IN ('open', 'saved', 'closed')),
    session     text CONSTRAINT card_pages_session_once UNIQUE,
    session_url text NOT NULL DEFAULT '',
    expires_at  timestamptz NOT NULL,
    created_at  timestamptz NOT NULL
);
CREATE UNIQUE INDEX card_pages_one_open ON card_pages (plan_id) WHERE status = 'open';
CREATE INDEX card_pages_over ON card_pages (expires_at) WHERE status = 'open';

GRANT SELECT, INSERT ON plans, instalments, payment_instalments, card_pages TO bursar_app;
GRANT UPDATE (kind, status, customer, method, method_kind, method_ends, short, paused_by, paused_until, reason, ended_at) ON plans TO bursar_app;
GRANT UPDATE (due_on, status, payment_id, tries, retry_on, reminded_at, paid_at) ON instalments TO bursar_app;
GRANT UPDATE (status, session, session_url) ON card_pages TO bursar_app;

--bun:split

-- At every commit the parts of a plan that stands add up to its share. The share is locked first, so that two editors
-- cannot each be right alone.
CREATE FUNCTION check_plan() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    share bigint;
    owed bigint;
    plan bigint;
    planned bigint;
BEGIN
    IF TG_TABLE_NAME = 'shares' THEN
        share := NEW.id;
    ELSIF TG_TABLE_NAME = 'plans' THEN
        share := NEW.share_id;
    ELSE
        SELECT share_id INTO share FROM plans WHERE id = NEW.plan_id;
    END IF;
    SELECT amount INTO owed FROM shares WHERE id = share FOR NO KEY UPDATE;
    SELECT id INTO plan FROM plans WHERE share_id = share AND status IN ('active', 'paused', 'failed');
    IF plan IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(sum(amount), 0) INTO planned FROM instalments WHERE plan_id = plan AND status <> 'cancelled';
    IF owed IS DISTINCT FROM planned THEN
        RAISE EXCEPTION 'a plan of % pence does not meet a share of % pence', planned, owed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'plans_meet_share';
    END IF;
    RETURN NULL;
END
$$;

--bun:split

CREATE CONSTRAINT TRIGGER plans_meet_share AFTER INSERT OR UPDATE OF status ON plans
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_plan();
CREATE CONSTRAINT TRIGGER instalments_meet_share AFTER INSERT OR UPDATE OF status ON instalments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_plan();
CREATE CONSTRAINT TRIGGER shares_meet_plan AFTER UPDATE OF amount ON shares
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_plan();
