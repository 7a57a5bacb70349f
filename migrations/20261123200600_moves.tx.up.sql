-- A place goes to another run with all that belongs to it: its code, its shares, what was paid, invoiced and promised.
CREATE TABLE moves (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id bigint NOT NULL REFERENCES enrolments,
    from_run_id  bigint NOT NULL REFERENCES runs,
    to_run_id    bigint NOT NULL REFERENCES runs,
    by_id        bigint NOT NULL REFERENCES people,
    own          boolean NOT NULL,       -- by whoever sits there, which is possible once
    reason       text NOT NULL DEFAULT '' CONSTRAINT moves_reason_short CHECK (length(reason) <= 500),
    deferred     bigint NOT NULL,        -- pence, what was charged for days that were still to come
    at           timestamptz NOT NULL,
    CONSTRAINT moves_elsewhere CHECK (from_run_id <> to_run_id),
    CONSTRAINT moves_reason CHECK (own OR reason <> '')
);
CREATE UNIQUE INDEX moves_own_once ON moves (enrolment_id) WHERE own;
CREATE INDEX moves_of_enrolment ON moves (enrolment_id, id);
CREATE INDEX moves_from ON moves (from_run_id, id);
CREATE TRIGGER moves_append_only BEFORE UPDATE OR DELETE ON moves FOR EACH ROW EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON moves TO bursar_app;

-- A place that moves stays the same claim, so that nothing ends as "moved". What the provider cancels may still be held or waited for.
ALTER TABLE enrolments DROP CONSTRAINT enrolments_status, ADD CONSTRAINT enrolments_status
    CHECK (status IN ('waiting', 'held', 'confirmed', 'completed', 'lapsed', 'withdrawn', 'cancelled'));

-- The run of a confirmed place changes only with a row in moves. Both runs are locked before, lower number first.
CREATE OR REPLACE FUNCTION count_places() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    was_held integer := 0; was_confirmed integer := 0; was_peers integer := 0;
    now_held integer := 0; now_confirmed integer := 0; now_peers integer := 0;
    goes boolean := TG_OP = 'UPDATE' AND NEW.run_id IS DISTINCT FROM OLD.run_id;
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
    IF goes AND NOT (OLD.status = 'confirmed' AND NEW.status = 'confirmed' AND EXISTS (SELECT FROM moves m
            WHERE m.enrolment_id = NEW.id AND m.from_run_id = OLD.run_id AND m.to_run_id = NEW.run_id AND m.xmin = pg_current_xact_id()::xid)) THEN
        RAISE EXCEPTION 'an enrolment stays with its run' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'enrolments_keep_run';
    END IF;
    IF goes THEN
        UPDATE run_places SET confirmed = confirmed - 1, peers = peers - was_peers WHERE run_id = OLD.run_id;
        UPDATE run_places SET confirmed = confirmed + 1, peers = peers + now_peers WHERE run_id = NEW.run_id;
    ELSIF (now_held, now_confirmed, now_peers) IS DISTINCT FROM (was_held, was_confirmed, was_peers) THEN
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

-- An award goes with the place that it helps to pay for, and nowhere else.
CREATE OR REPLACE FUNCTION sensitive.award_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'award_lines' THEN
        RAISE EXCEPTION 'a line that was offered stands' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'awards_stand';
    END IF;
    IF (NEW.round_id, NEW.application_id, NEW.person_id, NEW.enrolment_id, NEW.price, NEW.own, NEW.offered_at) IS DISTINCT FROM
       (OLD.round_id, OLD.application_id, OLD.person_id, OLD.enrolment_id, OLD.price, OLD.own, OLD.offered_at)
       OR NEW.run_id <> OLD.run_id AND NEW.run_id <> (SELECT e.run_id FROM public.enrolments e WHERE e.id = NEW.enrolment_id)
       OR NEW.until_on < OLD.until_on OR NEW.pay_by < OLD.pay_by THEN
        RAISE EXCEPTION 'what was offered stands' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'awards_stand';
    END IF;
    IF OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN
       (('offered', 'accepted'), ('offered', 'declined'), ('offered', 'lapsed'), ('accepted', 'spent'), ('accepted', 'released')) THEN
        RAISE EXCEPTION 'an award cannot go from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation', CONSTRAINT = 'awards_go_on';
    END IF;
    RETURN NEW;
END
$$;

-- A run that the provider cancels: why, and what each place was asked: other dates, or the money back. Without an answer
-- by its day it is the money.
CREATE TABLE run_cancellations (
    run_id    bigint PRIMARY KEY REFERENCES runs,
    by_id     bigint NOT NULL REFERENCES people,
    reason    text NOT NULL CONSTRAINT run_cancellations_reason CHECK (length(reason) BETWEEN 1 AND 1000), -- as everybody is told it
    answer_by date NOT NULL,
    at        timestamptz NOT NULL
);
CREATE TABLE cancelled_places (
    enrolment_id bigint NOT NULL REFERENCES enrolments,
    run_id       bigint NOT NULL REFERENCES run_cancellations,
    asked_at     timestamptz NOT NULL,
    answer_by    date NOT NULL,
    answer       text CONSTRAINT cancelled_places_answer CHECK (answer IN ('moved', 'refunded')),
    answered_at  timestamptz,
    PRIMARY KEY (enrolment_id, run_id),
    CONSTRAINT cancelled_places_answered CHECK ((answer IS NULL) = (answered_at IS NULL))
);
CREATE INDEX cancelled_places_open ON cancelled_places (answer_by, enrolment_id) WHERE answer IS NULL;
GRANT SELECT, INSERT ON run_cancellations TO bursar_app;
GRANT SELECT, INSERT, UPDATE (answer, answered_at) ON cancelled_places TO bursar_app;
