-- A round is one call for applications. What is here is public once it is published; what people answer is not here.
CREATE TABLE rounds (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code           text NOT NULL CONSTRAINT rounds_code_once UNIQUE CONSTRAINT rounds_code CHECK (code ~ '^[A-Z0-9]+(-[A-Z0-9]+)*$' AND length(code) <= 20),
    name           text NOT NULL CONSTRAINT rounds_name CHECK (length(name) BETWEEN 1 AND 100),
    status         text NOT NULL CONSTRAINT rounds_status CHECK (status IN ('draft', 'published', 'closed', 'frozen', 'drawn')),
    opens_on       date NOT NULL,                 -- London, from midnight
    closes_on      date NOT NULL,                 -- London, until 23:59:59
    panel_on       date NOT NULL,                 -- the panel meets
    decides_on     date NOT NULL,                 -- everybody has been told by then
    places         integer NOT NULL CONSTRAINT rounds_places CHECK (places BETWEEN 1 AND 10000),
    money          bigint NOT NULL CONSTRAINT rounds_money CHECK (money BETWEEN 0 AND 10000000000), -- pence, as announced
    readers        integer NOT NULL CONSTRAINT rounds_readers CHECK (readers BETWEEN 1 AND 9),      -- of each application
    form_version   text NOT NULL,
    rubric_version text NOT NULL,
    tariff         jsonb NOT NULL CONSTRAINT rounds_tariff CHECK (jsonb_typeof(tariff) = 'object'),
    summary        text NOT NULL,                 -- wording of the provider's own
    who            text NOT NULL,
    contact_name   text NOT NULL,
    contact_email  text NOT NULL,
    contact_phone  text NOT NULL,
    commitment     text NOT NULL CONSTRAINT rounds_commitment CHECK (commitment ~ '^[0-9a-f]{64}$'), -- SHA-256 of the lottery's seed
    beacon         text NOT NULL,                 -- which public draw will be mixed in, named before publishing
    beacon_on      date,                          -- the day of that draw, London
    beacon_value   text NOT NULL DEFAULT '',
    seed           bytea CONSTRAINT rounds_seed CHECK (octet_length(seed) = 32), -- revealed at the drawing
    applied        integer,                       -- when all is decided: how many applied and how many were funded
    funded         integer,
    created_at     timestamptz NOT NULL,
    published_at   timestamptz,
    CONSTRAINT rounds_dates CHECK (opens_on <= closes_on AND closes_on < panel_on AND panel_on <= decides_on),
    CONSTRAINT rounds_published CHECK ((status = 'draft') = (published_at IS NULL)),
    CONSTRAINT rounds_beacon CHECK (status = 'draft' OR beacon <> '' AND beacon_on IS NOT NULL),
    CONSTRAINT rounds_drawn CHECK ((status = 'drawn') = (seed IS NOT NULL)),
    CONSTRAINT rounds_sealed CHECK (seed IS NULL OR encode(sha256(seed), 'hex') = commitment),
    CONSTRAINT rounds_result CHECK ((applied IS NULL) = (funded IS NULL) AND funded BETWEEN 0 AND applied)
);

-- A round only ever goes on, one step at a time. What people rely on, and what the lottery is checked by, never
-- changes once it is published; what was drawn never changes at all.
CREATE FUNCTION round_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'draft' THEN
            RAISE EXCEPTION 'a round begins as a draft' USING ERRCODE = 'check_violation', CONSTRAINT = 'rounds_go_on';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN
       (('draft', 'published'), ('published', 'closed'), ('closed', 'frozen'), ('frozen', 'drawn')) THEN
        RAISE EXCEPTION 'a round cannot go from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation', CONSTRAINT = 'rounds_go_on';
    END IF;
    IF OLD.status <> 'draft' AND (NEW.code, NEW.commitment, NEW.form_version, NEW.rubric_version, NEW.tariff)
       IS DISTINCT FROM (OLD.code, OLD.commitment, OLD.form_version, OLD.rubric_version, OLD.tariff)
       OR OLD.status <> 'draft' AND (NEW.beacon, NEW.beacon_on) IS DISTINCT FROM (OLD.beacon, OLD.beacon_on)
          AND NOT (OLD.status IN ('published', 'closed') AND NEW.beacon_on > OLD.beacon_on) THEN
        RAISE EXCEPTION 'a published round keeps what people rely on' USING ERRCODE = 'check_violation', CONSTRAINT = 'rounds_keep';
    END IF;
    IF OLD.status = 'drawn' AND (NEW.seed, NEW.beacon_value) IS DISTINCT FROM (OLD.seed, OLD.beacon_value) THEN
        RAISE EXCEPTION 'a draw stands' USING ERRCODE = 'check_violation', CONSTRAINT = 'rounds_keep';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER rounds_go_on BEFORE INSERT OR UPDATE ON rounds FOR EACH ROW EXECUTE FUNCTION round_goes_on();

CREATE TABLE round_runs (
    round_id bigint NOT NULL REFERENCES rounds,
    run_id   bigint NOT NULL REFERENCES runs,
    position integer NOT NULL,
    PRIMARY KEY (round_id, run_id)
);
CREATE INDEX round_runs_of_run ON round_runs (run_id);

-- Why a closing day was moved, for whoever asks later.
CREATE TABLE round_extensions (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    round_id bigint NOT NULL REFERENCES rounds,
    was_on   date NOT NULL,
    until_on date NOT NULL,
    reason   text NOT NULL CONSTRAINT round_extensions_reason CHECK (length(reason) BETWEEN 1 AND 500),
    by_id    bigint NOT NULL REFERENCES people,
    at       timestamptz NOT NULL,
    CONSTRAINT round_extensions_later CHECK (was_on < until_on)
);
CREATE INDEX round_extensions_of_round ON round_extensions (round_id, at);

GRANT SELECT ON round_extensions TO bursar_office, bursar_worker;
GRANT INSERT ON round_extensions TO bursar_office;
GRANT SELECT ON rounds, round_runs TO bursar_app, bursar_assessor, bursar_supporter;
GRANT INSERT, UPDATE ON rounds TO bursar_office, bursar_worker;
GRANT INSERT, DELETE ON round_runs TO bursar_office, bursar_worker;
