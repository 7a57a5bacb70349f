-- A booking is what somebody has typed before a place is held: kept at every step, found again by the signed-in
-- person or by the browser's own random key.
CREATE TABLE bookings (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id        bigint NOT NULL REFERENCES runs,
    visitor_hash  bytea NOT NULL,
    person_id     bigint REFERENCES people,
    learner       text NOT NULL DEFAULT '',
    payer         text NOT NULL DEFAULT '',
    peer          text NOT NULL DEFAULT '',
    name          text NOT NULL DEFAULT '',
    email         text NOT NULL DEFAULT '',
    phone         text NOT NULL DEFAULT '',
    express_start text NOT NULL DEFAULT '',
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    enrolment_id  bigint CONSTRAINT bookings_one_enrolment UNIQUE
);
CREATE UNIQUE INDEX bookings_one_of_visitor ON bookings (visitor_hash, run_id) WHERE enrolment_id IS NULL AND person_id IS NULL;
CREATE UNIQUE INDEX bookings_one_of_person ON bookings (person_id, run_id) WHERE enrolment_id IS NULL;
CREATE INDEX bookings_unfinished ON bookings (updated_at) WHERE enrolment_id IS NULL;

-- A claim on a place. price is in pence and is met by the shares.
CREATE TABLE enrolments (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code          text NOT NULL CONSTRAINT enrolments_code_once UNIQUE,
    run_id        bigint NOT NULL REFERENCES runs,
    person_id     bigint REFERENCES people,
    status        text NOT NULL CONSTRAINT enrolments_status
                  CHECK (status IN ('waiting', 'held', 'confirmed', 'completed', 'lapsed', 'withdrawn', 'cancelled', 'moved')),
    peer          boolean NOT NULL,
    band          text NOT NULL CONSTRAINT enrolments_band CHECK (band IN ('organisation', 'self', 'peer')),
    price         bigint NOT NULL CONSTRAINT enrolments_price CHECK (price BETWEEN 0 AND 100000000),
    held_until    timestamptz,
    express_start boolean NOT NULL DEFAULT false,
    queue         bigint,                -- place in the waiting list, lowest first; only while waiting
    created_at    timestamptz NOT NULL,
    confirmed_at  timestamptz,
    ended_at      timestamptz,
    CONSTRAINT enrolments_held_until CHECK ((status = 'held') = (held_until IS NOT NULL)),
    CONSTRAINT enrolments_queue CHECK ((status = 'waiting') = (queue IS NOT NULL)),
    CONSTRAINT enrolments_confirmed_at CHECK (status NOT IN ('confirmed', 'completed') OR confirmed_at IS NOT NULL)
);
ALTER TABLE bookings ADD FOREIGN KEY (enrolment_id) REFERENCES enrolments;
CREATE UNIQUE INDEX enrolments_one_active ON enrolments (run_id, person_id) WHERE status IN ('waiting', 'held', 'confirmed', 'completed');
CREATE INDEX enrolments_of_run ON enrolments (run_id, id);
CREATE INDEX enrolments_of_person ON enrolments (person_id, id);
CREATE UNIQUE INDEX enrolments_waiting ON enrolments (run_id, queue) WHERE status = 'waiting';

-- The only writer of the place counters. It runs before the row is written, so that the counters' row is locked
-- first and its checks refuse before anything else is done.
CREATE FUNCTION count_places() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    was_held integer := 0; was_confirmed integer := 0; was_peers integer := 0;
    now_held integer := 0; now_confirmed integer := 0; now_peers integer := 0;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        was_held := (OLD.status = 'held')::integer;
        was_confirmed := (OLD.status IN ('confirmed', 'completed'))::integer;
        was_peers := CASE WHEN OLD.peer THEN was_held + was_confirmed ELSE 0 END;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        now_held := (NEW.status = 'held')::integer;
        now_confirmed := (NEW.status IN ('confirmed', 'completed'))::integer;
        now_peers := CASE WHEN NEW.peer THEN now_held + now_confirmed ELSE 0 END;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.run_id <> OLD.run_id THEN
        RAISE EXCEPTION 'an enrolment stays with its run' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'enrolments_keep_run';
    END IF;
    IF (now_held, now_confirmed, now_peers) IS DISTINCT FROM (was_held, was_confirmed, was_peers) THEN
        UPDATE run_places
        SET held = held + now_held - was_held,
            confirmed = confirmed + now_confirmed - was_confirmed,
            peers = peers + now_peers - was_peers
        WHERE run_id = CASE TG_OP WHEN 'DELETE' THEN OLD.run_id ELSE NEW.run_id END;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the run has no places' USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'enrolments_run_has_places';
        END IF;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER enrolments_count_places BEFORE INSERT OR UPDATE OR DELETE ON enrolments
    FOR EACH ROW EXECUTE FUNCTION count_places();

GRANT SELECT, INSERT, UPDATE, DELETE ON bookings TO bursar_app;
GRANT SELECT, INSERT, UPDATE ON enrolments TO bursar_app;
