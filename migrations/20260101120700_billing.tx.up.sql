-- The part of an enrolment's price that one payer owes, in pence.
CREATE TABLE shares (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id bigint NOT NULL REFERENCES enrolments,
    number       integer NOT NULL,
    payer        text NOT NULL CONSTRAINT shares_payer CHECK (payer IN ('learner', 'organisation', 'award')),
    amount       bigint NOT NULL CONSTRAINT shares_amount CHECK (amount >= 0),
    secured_at   timestamptz,            -- when it was certain to be paid; cleared when that ends
    CONSTRAINT shares_numbered_once UNIQUE (enrolment_id, number)
);

-- At every commit the shares of an enrolment add up to its price. The enrolment is locked first, so that two
-- editors cannot each be right alone.
CREATE FUNCTION check_shares() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    enrolment bigint;
    owed bigint;
    shared bigint;
BEGIN
    IF TG_TABLE_NAME = 'enrolments' THEN
        enrolment := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        enrolment := OLD.enrolment_id;
    ELSE
        enrolment := NEW.enrolment_id;
    END IF;
    SELECT price INTO owed FROM enrolments WHERE id = enrolment FOR NO KEY UPDATE;
    SELECT coalesce(sum(amount), 0) INTO shared FROM shares WHERE enrolment_id = enrolment;
    IF owed <> shared THEN
        RAISE EXCEPTION 'shares of % pence do not meet a price of % pence', shared, owed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'shares_meet_price';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER shares_meet_price AFTER INSERT OR UPDATE OF amount, enrolment_id OR DELETE ON shares
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_shares();
CREATE CONSTRAINT TRIGGER enrolments_meet_price AFTER INSERT OR UPDATE OF price ON enrolments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_shares();

-- One attempt to pay one share by card. key and attempt name the request to the card processor; session and
-- intent are its names for the page and the payment. captured and refunded are in pence; refunded is counted
-- by a trigger on refunds and by nothing else.
CREATE TABLE payments (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code        text NOT NULL CONSTRAINT payments_code_once UNIQUE,
    share_id    bigint NOT NULL REFERENCES shares,
    amount      bigint NOT NULL CONSTRAINT payments_amount CHECK (amount > 0),
    status      text NOT NULL CONSTRAINT payments_status CHECK (status IN ('created', 'pending', 'succeeded', 'failed', 'cancelled')),
    key         text NOT NULL CONSTRAINT payments_key_once UNIQUE,
    attempt     integer NOT NULL DEFAULT 1,
    session     text CONSTRAINT payments_session_once UNIQUE,
    session_url text NOT NULL DEFAULT '',
    intent      text CONSTRAINT payments_intent_once UNIQUE,
    captured    bigint NOT NULL DEFAULT 0,
    refunded    bigint NOT NULL DEFAULT 0,
    expires_at  timestamptz NOT NULL,    -- when its page can no longer be paid; while pending, when to ask again
    created_at  timestamptz NOT NULL,
    settled_at  timestamptz,             -- when it succeeded, failed or was cancelled
    CONSTRAINT payments_refunds_within_captured CHECK (refunded BETWEEN 0 AND captured),
    CONSTRAINT payments_captured CHECK (captured = CASE WHEN status = 'succeeded' THEN amount ELSE 0 END)
);
CREATE UNIQUE INDEX payments_one_open ON payments (share_id) WHERE status IN ('created', 'pending');
CREATE INDEX payments_of_share ON payments (share_id, id);
CREATE INDEX payments_unsettled ON payments (expires_at) WHERE status IN ('created', 'pending');

-- Money given back to where a payment came from.
CREATE TABLE refunds (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code       text NOT NULL CONSTRAINT refunds_code_once UNIQUE,
    payment_id bigint NOT NULL REFERENCES payments,
    amount     bigint NOT NULL CONSTRAINT refunds_amount CHECK (amount > 0),
    status     text NOT NULL CONSTRAINT refunds_status CHECK (status IN ('requested', 'pending', 'succeeded', 'failed')),
    reason     text NOT NULL CONSTRAINT refunds_reason CHECK (reason IN ('withdrawn', 'came_too_late')),
    processor_id text CONSTRAINT refunds_processor_id_once UNIQUE,
    created_at timestamptz NOT NULL,
    settled_at timestamptz
);
CREATE INDEX refunds_of_payment ON refunds (payment_id, id);
CREATE INDEX refunds_unsettled ON refunds (created_at) WHERE status IN ('requested', 'pending');

CREATE FUNCTION count_refunds() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    was bigint := 0;
    is_now bigint := 0;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.payment_id, NEW.amount) IS DISTINCT FROM (OLD.payment_id, OLD.amount) THEN
            RAISE EXCEPTION 'a refund keeps its payment and amount' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'refunds_fixed';
        END IF;
        was := CASE WHEN OLD.status = 'failed' THEN 0 ELSE OLD.amount END;
    END IF;
    is_now := CASE WHEN NEW.status = 'failed' THEN 0 ELSE NEW.amount END;
    IF is_now <> was THEN
        UPDATE payments SET refunded = refunded + is_now - was WHERE id = NEW.payment_id;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER refunds_counted BEFORE INSERT OR UPDATE ON refunds
    FOR EACH ROW EXECUTE FUNCTION count_refunds();

-- What the card processor sent, as it came: stored before anything is done about it.
CREATE TABLE processor_events (
    id          text PRIMARY KEY,
    type        text NOT NULL,
    api_version text NOT NULL,
    live        boolean NOT NULL,
    session     text NOT NULL DEFAULT '',
    intent      text NOT NULL DEFAULT '',
    reference   text NOT NULL DEFAULT '',
    payload     bytea NOT NULL,
    created_at  timestamptz NOT NULL,    -- at the processor
    received_at timestamptz NOT NULL,
    applied_at  timestamptz
);
CREATE INDEX processor_events_waiting ON processor_events (received_at) WHERE applied_at IS NULL;

-- What does not agree with the books and waits for a person. Nothing is posted for it meanwhile.
CREATE TABLE quarantine (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text NOT NULL,
    object      text NOT NULL,           -- the processor's id of what it is about
    payment_id  bigint REFERENCES payments,
    detail      text NOT NULL,
    created_at  timestamptz NOT NULL,
    resolved_at timestamptz,
    CONSTRAINT quarantine_once UNIQUE (kind, object)
);
CREATE INDEX quarantine_open ON quarantine (id) WHERE resolved_at IS NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON shares TO bursar_app;
GRANT SELECT, INSERT ON payments, refunds TO bursar_app;
GRANT UPDATE (status, key, attempt, session, session_url, intent, captured, expires_at, settled_at) ON payments TO bursar_app;
GRANT UPDATE (status, processor_id, settled_at) ON refunds TO bursar_app;
GRANT SELECT, INSERT, UPDATE ON processor_events, quarantine TO bursar_app;
