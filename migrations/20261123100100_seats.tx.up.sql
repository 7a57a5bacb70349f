-- What an organisation books for its staff: so many places of a run, at one price, paid for by one or several payers.
CREATE TABLE team_bookings (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code            text NOT NULL CONSTRAINT team_bookings_code_once UNIQUE,
    run_id          bigint NOT NULL REFERENCES runs,
    organisation_id bigint NOT NULL REFERENCES organisations,
    booked_by       bigint NOT NULL REFERENCES people,
    status          text NOT NULL CONSTRAINT team_bookings_status CHECK (status IN ('draft', 'placed', 'dropped')),
    words           jsonb NOT NULL DEFAULT '{}',   -- as typed so far, while a draft
    places          integer NOT NULL DEFAULT 0 CONSTRAINT team_bookings_places CHECK (places BETWEEN 0 AND 200),
    list_price      bigint NOT NULL DEFAULT 0,     -- pence for one place, before any discount
    discount        text NOT NULL DEFAULT 'none' CONSTRAINT team_bookings_discount CHECK (discount IN ('none', 'team', 'early', 'agreed')),
    price           bigint NOT NULL DEFAULT 0,     -- pence for one place
    agreed_for      text NOT NULL DEFAULT '',      -- why staff agreed another price
    reference       text NOT NULL DEFAULT '',      -- the buyer's own, for its invoices
    hold_until      timestamptz,                   -- by when what is missing must be here
    approver_name   text NOT NULL DEFAULT '',
    approver_email  text NOT NULL DEFAULT '',
    approver_hash   bytea CONSTRAINT team_bookings_approver_once UNIQUE CHECK (length(approver_hash) = 32),
    approval        text NOT NULL DEFAULT 'none' CONSTRAINT team_bookings_approval CHECK (approval IN ('none', 'asked', 'approved', 'refused')),
    approval_words  text NOT NULL DEFAULT '',
    approval_at     timestamptz,
    gift_id         bigint REFERENCES gifts,       -- towards a place for a peer, put on the invoice
    reminded        integer NOT NULL DEFAULT 0,    -- how many reminders of what is missing were sent
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    placed_at       timestamptz
);
CREATE UNIQUE INDEX team_bookings_one_draft ON team_bookings (run_id, organisation_id, booked_by) WHERE status = 'draft';
CREATE INDEX team_bookings_of_organisation ON team_bookings (organisation_id, id);
CREATE INDEX team_bookings_of_run ON team_bookings (run_id, id);

-- When parts of a team's price are invoiced: a deposit, stages. Without rows all of it at once.
CREATE TABLE team_stages (
    team_booking_id bigint NOT NULL REFERENCES team_bookings,
    number          integer NOT NULL CHECK (number >= 1),
    label           text NOT NULL,                 -- "Stage 1 of 4"
    bp              integer NOT NULL CHECK (bp BETWEEN 1 AND 10000),
    on_day          date NOT NULL,                 -- from which it may be invoiced
    PRIMARY KEY (team_booking_id, number)
);

ALTER TABLE enrolments ADD COLUMN team_booking_id bigint REFERENCES team_bookings, ADD COLUMN seat integer;
ALTER TABLE enrolments ADD CONSTRAINT enrolments_seat CHECK ((team_booking_id IS NULL) = (seat IS NULL));
CREATE UNIQUE INDEX enrolments_of_team ON enrolments (team_booking_id, seat) WHERE team_booking_id IS NOT NULL;

-- Who was to sit in a place that an organisation pays for, as the organisation wrote it; the last one without an end is
-- who sits there now. None: not named yet.
CREATE TABLE seat_names (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id bigint NOT NULL REFERENCES enrolments,
    person_id    bigint NOT NULL REFERENCES people,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    email        text NOT NULL,
    since        timestamptz NOT NULL,
    until        timestamptz,
    named_by     bigint NOT NULL REFERENCES people
);
CREATE UNIQUE INDEX seat_names_now ON seat_names (enrolment_id) WHERE until IS NULL;
CREATE INDEX seat_names_of ON seat_names (enrolment_id, id);

-- Purchase orders. used is what the shares bound to one take of it, counted by a trigger and by nothing else.
CREATE TABLE purchase_orders (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code            text NOT NULL CONSTRAINT purchase_orders_code_once UNIQUE,
    organisation_id bigint NOT NULL REFERENCES organisations,
    number          text NOT NULL CHECK (length(number) BETWEEN 1 AND 40),
    amount          bigint NOT NULL CONSTRAINT purchase_orders_amount CHECK (amount BETWEEN 1 AND 100000000),
    name            text NOT NULL DEFAULT '',      -- of the buyer as the order has it, where that differs
    line            text NOT NULL DEFAULT '',      -- of the order, for the invoice's line
    valid_until     date,
    over            bigint NOT NULL DEFAULT 0 CONSTRAINT purchase_orders_over CHECK (over >= 0), -- allowed by staff beyond the amount
    over_for        text NOT NULL DEFAULT '',
    over_by         bigint REFERENCES people,
    used            bigint NOT NULL DEFAULT 0,
    closed_at       timestamptz,
    created_by      bigint NOT NULL REFERENCES people,
    created_at      timestamptz NOT NULL,
    CONSTRAINT purchase_orders_not_exceeded CHECK (used BETWEEN 0 AND amount + over),
    CONSTRAINT purchase_orders_over_reason CHECK ((over = 0) = (over_for = ''))
);
CREATE UNIQUE INDEX purchase_orders_number_once ON purchase_orders (organisation_id, upper(number)) WHERE closed_at IS NULL;
CREATE INDEX purchase_orders_of ON purchase_orders (organisation_id, id);

-- organisation_id: whose share it is. agreed_at: when that organisation said that it pays. ordered: what it takes of its
-- purchase order. kept: what is owed of it in all, once its place was given up. invoiced: counted by triggers. let_off: what
-- of all that is not asked for any more. vat: the VAT in what was invoiced or, of other payers, paid.
ALTER TABLE shares
    ADD COLUMN organisation_id   bigint REFERENCES organisations,
    ADD COLUMN agreed_at         timestamptz,
    ADD COLUMN purchase_order_id bigint REFERENCES purchase_orders,
    ADD COLUMN ordered           bigint NOT NULL DEFAULT 0 CONSTRAINT shares_ordered CHECK (ordered BETWEEN 0 AND amount),
    ADD COLUMN cost_code         text NOT NULL DEFAULT '',
    ADD COLUMN kept              bigint CONSTRAINT shares_kept CHECK (kept BETWEEN 0 AND amount),
    ADD COLUMN invoiced          bigint NOT NULL DEFAULT 0,
    ADD COLUMN let_off           bigint NOT NULL DEFAULT 0,
    ADD COLUMN vat               bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT shares_organisation CHECK ((payer = 'organisation') = (organisation_id IS NOT NULL)),
    ADD CONSTRAINT shares_order_of_organisation CHECK (payer = 'organisation' OR purchase_order_id IS NULL AND ordered = 0 AND invoiced = 0),
    ADD CONSTRAINT shares_order CHECK (purchase_order_id IS NOT NULL OR ordered = 0),
    ADD CONSTRAINT shares_invoiced CHECK (invoiced BETWEEN 0 AND amount),
    ADD CONSTRAINT shares_let_off CHECK (let_off BETWEEN 0 AND coalesce(kept, amount) AND (payer = 'organisation' OR let_off = 0));
CREATE INDEX shares_of_organisation ON shares (organisation_id, id) WHERE organisation_id IS NOT NULL;
CREATE INDEX shares_of_order ON shares (purchase_order_id) WHERE purchase_order_id IS NOT NULL;

CREATE FUNCTION count_ordered() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.purchase_order_id IS NOT NULL AND OLD.ordered <> 0 THEN
        UPDATE purchase_orders SET used = used - OLD.ordered WHERE id = OLD.purchase_order_id;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.purchase_order_id IS NOT NULL AND NEW.ordered <> 0 THEN
        UPDATE purchase_orders SET used = used + NEW.ordered WHERE id = NEW.purchase_order_id AND organisation_id = NEW.organisation_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'a share goes by a purchase order of its own payer' USING ERRCODE = 'check_violation', CONSTRAINT = 'shares_own_order';
        END IF;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER shares_count_ordered AFTER INSERT OR UPDATE OF purchase_order_id, ordered, organisation_id OR DELETE ON shares
    FOR EACH ROW EXECUTE FUNCTION count_ordered();

-- Somebody asks an organisation to pay a part of places: another organisation, or whoever sits there. Until it answers,
-- the shares are its own, and not agreed.
CREATE TABLE pay_requests (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code            text NOT NULL CONSTRAINT pay_requests_code_once UNIQUE,
    organisation_id bigint NOT NULL REFERENCES organisations, -- who is asked
    email           text NOT NULL,                 -- of whom there
    contact         text NOT NULL DEFAULT '',
    asked_by        bigint NOT NULL REFERENCES people,
    asked_for       bigint REFERENCES organisations, -- null: whoever sits there asks
    team_booking_id bigint REFERENCES team_bookings,
    enrolment_id    bigint REFERENCES enrolments,  -- the one place, where whoever sits there asks: also after a no
    message         text NOT NULL DEFAULT '',
    status          text NOT NULL CONSTRAINT pay_requests_status CHECK (status IN ('asked', 'agreed', 'declined', 'taken_back')),
    answer          text NOT NULL DEFAULT '',
    created_at      timestamptz NOT NULL,
    answered_at     timestamptz,
    answered_by     bigint REFERENCES people
);
CREATE INDEX pay_requests_of ON pay_requests (organisation_id, id);
CREATE INDEX pay_requests_of_place ON pay_requests (enrolment_id, id) WHERE enrolment_id IS NOT NULL;
ALTER TABLE shares ADD COLUMN pay_request_id bigint REFERENCES pay_requests;
CREATE INDEX shares_of_request ON shares (pay_request_id) WHERE pay_request_id IS NOT NULL;

GRANT SELECT, INSERT, UPDATE ON team_bookings, seat_names, pay_requests TO bursar_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON team_stages TO bursar_app;
GRANT SELECT, INSERT ON purchase_orders TO bursar_app;
GRANT UPDATE (name, line, valid_until, over, over_for, over_by, closed_at) ON purchase_orders TO bursar_app;

ALTER TABLE team_bookings ENABLE ROW LEVEL SECURITY;
ALTER TABLE team_stages ENABLE ROW LEVEL SECURITY;
ALTER TABLE seat_names ENABLE ROW LEVEL SECURITY;
ALTER TABLE purchase_orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE pay_requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE enrolments ENABLE ROW LEVEL SECURITY;
CREATE POLICY team_bookings_open ON team_bookings TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY team_stages_open ON team_stages TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY seat_names_open ON seat_names TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY purchase_orders_open ON purchase_orders TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY pay_requests_open ON pay_requests TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY enrolments_open ON enrolments TO bursar_app USING (true) WITH CHECK (true);

-- An organisation's people: their own shares, and of a place that these pay for no more than where it stands and, where
-- they have agreed to pay, who sits there.
CREATE POLICY shares_employer ON shares FOR SELECT TO bursar_employer USING (organisation_id IN (SELECT my_organisations()));
CREATE POLICY enrolments_employer ON enrolments FOR SELECT TO bursar_employer
    USING (EXISTS (SELECT FROM shares s WHERE s.enrolment_id = enrolments.id)
        OR EXISTS (SELECT FROM team_bookings t WHERE t.id = enrolments.team_booking_id));
CREATE POLICY team_bookings_employer ON team_bookings FOR SELECT TO bursar_employer USING (organisation_id IN (SELECT my_organisations()));
CREATE POLICY team_stages_employer ON team_stages FOR SELECT TO bursar_employer USING (EXISTS (SELECT FROM team_bookings t WHERE t.id = team_booking_id));
CREATE POLICY seat_names_employer ON seat_names FOR SELECT TO bursar_employer
    USING (EXISTS (SELECT FROM enrolments e WHERE e.id = enrolment_id));
CREATE POLICY purchase_orders_employer ON purchase_orders FOR SELECT TO bursar_employer USING (organisation_id IN (SELECT my_organisations()));
CREATE POLICY pay_requests_employer ON pay_requests FOR SELECT TO bursar_employer USING (organisation_id IN (SELECT my_organisations()));
GRANT SELECT (id, enrolment_id, payer, organisation_id, amount, secured_at, agreed_at, purchase_order_id, ordered, cost_code, kept, invoiced, let_off, pay_request_id)
    ON shares TO bursar_employer;
GRANT SELECT (id, code, run_id, status, held_until, created_at, confirmed_at, ended_at, team_booking_id, seat) ON enrolments TO bursar_employer;
GRANT SELECT ON team_stages TO bursar_employer;
GRANT SELECT (id, code, run_id, organisation_id, booked_by, status, words, places, list_price, discount, price, agreed_for, reference, hold_until,
    approver_name, approver_email, approval, approval_words, approval_at, gift_id, reminded, created_at, updated_at, placed_at) ON team_bookings TO bursar_employer;
GRANT SELECT (id, enrolment_id, name, email, since, until) ON seat_names TO bursar_employer;
GRANT SELECT (id, code, organisation_id, number, amount, name, line, valid_until, over, used, closed_at, created_at) ON purchase_orders TO bursar_employer;
GRANT SELECT (id, code, organisation_id, email, contact, asked_for, team_booking_id, message, status, answer, created_at, answered_at) ON pay_requests TO bursar_employer;

-- What a share asks for is counted by triggers alone.
REVOKE UPDATE ON shares FROM bursar_app;
GRANT UPDATE (payer, amount, secured_at, organisation_id, agreed_at, purchase_order_id, ordered, cost_code, kept, let_off, vat, pay_request_id) ON shares TO bursar_app;

-- Somebody has left the organisation that pays for their place. Until they say what they want it stays as it is.
CREATE TABLE seat_departures (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id    bigint NOT NULL REFERENCES enrolments,
    organisation_id bigint NOT NULL REFERENCES organisations,
    told_by         bigint NOT NULL REFERENCES people,
    told_at         timestamptz NOT NULL,
    answer_by       date NOT NULL,                 -- after which staff decide
    outcome         text CONSTRAINT seat_departures_outcome CHECK (outcome IN ('kept', 'given_up', 'taken_back')),
    answered_at     timestamptz
);
CREATE UNIQUE INDEX seat_departures_one_open ON seat_departures (enrolment_id) WHERE outcome IS NULL;
GRANT SELECT, INSERT, UPDATE ON seat_departures TO bursar_app;
ALTER TABLE seat_departures ENABLE ROW LEVEL SECURITY;
CREATE POLICY seat_departures_open ON seat_departures TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY seat_departures_employer ON seat_departures FOR SELECT TO bursar_employer USING (organisation_id IN (SELECT my_organisations()));
GRANT SELECT (id, enrolment_id, organisation_id, told_at, answer_by, outcome, answered_at) ON seat_departures TO bursar_employer;

-- A booking that somebody pays for together with their employer: whom to ask there, and for how much.
ALTER TABLE bookings
    ADD COLUMN employer         text NOT NULL DEFAULT '',
    ADD COLUMN employer_contact text NOT NULL DEFAULT '',
    ADD COLUMN employer_email   text NOT NULL DEFAULT '',
    ADD COLUMN employer_amount  text NOT NULL DEFAULT '';
